// What esbuild leaves as it is, written to be read, made small here: CSS and HTML within template literals, and sentences.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { transform } from "esbuild";

const I18N = "src/i18n/";
const PICKED = "sentence[LANGUAGES.indexOf(language)]";
const FIRST = "const LANGUAGES";
const TRIPLE = /\[\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),?\s*\]/g;

/** `files`: those of src/i18n/ whose sentences the bundle says. */
export const small = (...files) => ({
  name: "small",
  setup(build) {
    const [sources, table] = byLanguage(files);
    if (!sources["language.ts"].includes(PICKED)) throw new Error(`src/i18n/language.ts picks a sentence by other words than ${PICKED}`);
    build.onLoad({ filter: /src\/i18n\/.*\.ts$/ }, ({ path }) => {
      const contents = sources[basename(path)];
      if (contents === undefined) throw new Error(`the bundle's list of sentences lacks ${path}`);
      return { loader: "ts", contents: contents.replace(PICKED, "TABLE[LANGUAGES.indexOf(language)][sentence]").replace(FIRST, `const TABLE = ${table};\n${FIRST}`) };
    });
    build.onLoad({ filter: /src\/(ui|cards)\/.*\.ts$/ }, async ({ path }) => {
      const pieces = withoutBreaks(await readFile(path, "utf8")).split(/(css`[^`]*`)/);
      return { loader: "ts", contents: (await Promise.all(pieces.map(styles))).join("") };
    });
  },
});

// Line breaks beside a tag, which stand in templates alone.
function withoutBreaks(source) {
  return source
    .replace(/>\n\s+(?=<|\$\{)/g, ">")
    .replace(/\}\n\s+(?=<)/g, "}")
    .replace(/`\n\s+(?=<|\$\{)/g, "`")
    .replace(/(>|\})\n\s+(?=`[;,)])/g, "$1");
}

async function styles(piece) {
  if (!piece.startsWith("css`")) return piece;
  const { code } = await transform(piece.slice(4, -1), { loader: "css", minify: true });
  return "css`" + code.trim() + "`";
}

// Each sentence as a number, and the sentences of a language side by side: packed so, they are a tenth smaller.
function byLanguage(files) {
  const [sources, table] = [{}, [[""], [""], [""]]];
  for (const name of ["format.ts", "language.ts"]) sources[name] = readFileSync(I18N + name, "utf8");
  for (const name of files.sort().map((file) => `${file}.ts`)) {
    sources[name] = readFileSync(I18N + name, "utf8").replace(TRIPLE, (_, ...all) => {
      table.forEach((of, language) => of.push(JSON.parse(all[language])));
      return table[0].length - 1;
    });
  }
  return [sources, `[${table.map((of) => `\`${of.join("|")}\``).join()}].map((all) => all.split("|"))`];
}
