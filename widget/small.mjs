// What esbuild leaves as it is: CSS and HTML within template literals, written to be read, made small here.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

export const small = {
  name: "small",
  setup(build) {
    build.onLoad({ filter: /src\/(ui|cards)\/.*\.ts$/ }, async ({ path }) => {
      const pieces = withoutBreaks(await readFile(path, "utf8")).split(/(css`[^`]*`)/);
      return { loader: "ts", contents: (await Promise.all(pieces.map(styles))).join("") };
    });
  },
};

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
