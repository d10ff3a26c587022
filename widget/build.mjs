// Builds all of dist/ from src/: the widget, its cards, its types, the page that verifies receipts. `node build.mjs tests FOLDER`
// builds the unit tests there instead.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { small } from "./small.mjs";

const common = { bundle: true, target: "es2022", charset: "utf8", logLevel: "warning" };
// Members of our own classes that are neither kept in the browser nor sent, nor seen by the page: named by a letter.
const OURS = /^(answerLink|changed|dayOf|deliveries|hooks|leaving|outbox|signedIn|tabs|tokens|unloaded)$/;
const NOTICE = "/*! Licences: widget.js.LEGAL.txt */";
const CARDS = "widget.cards.js";

const bundled = (options) => build({ ...common, format: "iife", minify: true, mangleProps: OURS, legalComments: "external", write: false, ...options });

async function widget() {
  const cards = await cardFile();
  writeFileSync(`dist/${CARDS}`, cards);
  const version = createHash("sha256").update(cards).digest("hex").slice(0, 16);
  const { outputFiles } = await bundled({
    entryPoints: ["src/index.ts"],
    outfile: "dist/widget.js",
    define: { CARDS: JSON.stringify(`${CARDS}?v=${version}`) },
    plugins: [small("panel", "common", "states")],
  });
  const [notices, script] = outputFiles.sort((one, other) => other.path.length - one.path.length);
  writeFileSync(script.path, await smaller(script.text, { format: { preamble: NOTICE } }));
  writeFileSync(notices.path, `${notices.text}\n${readFileSync("node_modules/lit-html/LICENSE", "utf8")}`);
  copyFileSync("src/host/types.d.ts", "dist/widget.d.ts");
}

// A module whose default export makes the cards with the widget's own lit-html, so that it is sent once.
async function cardFile() {
  const { outputFiles } = await bundled({
    entryPoints: ["src/cards/index.ts"],
    outfile: `dist/${CARDS}`,
    globalName: "cards",
    plugins: [small("labels", "common", "hints", "titles", "terms"), lent],
  });
  const code = outputFiles.find(({ path }) => path.endsWith(".js")).text;
  return smaller(`export default (lit) => { ${code}; return cards; }`, { module: true });
}

const lent = {
  name: "lent",
  setup(build) {
    build.onResolve({ filter: /^lit-html$/ }, () => ({ path: "lit-html", namespace: "lent" }));
    build.onLoad({ filter: /.*/, namespace: "lent" }, () => ({ contents: "export const { html, nothing, render, svg } = lit;" }));
  },
};

// One file that needs nothing else and may contact nobody: its policy allows its own script and styles by their hashes.
async function receiptPage() {
  const { outputFiles } = await bundled({ entryPoints: ["src/receipt/page.ts"], outfile: "dist/receipt.js", plugins: [small("receipt")] });
  const script = await smaller(outputFiles.find(({ path }) => path.endsWith(".js")).text);
  const styles = (await transform(readFileSync("src/receipt/page.css", "utf8"), { loader: "css", minify: true })).code;
  const notices = ["ed25519", "hashes"].map((name) => `@noble/${name}\n${readFileSync(`node_modules/@noble/${name}/LICENSE`, "utf8")}`);
  const parts = { script, styles, notices: notices.join("\n"), scriptHash: hashOf(script), stylesHash: hashOf(styles) };
  const page = readFileSync("src/receipt/page.html", "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
  writeFileSync("dist/receipt.html", page);
}

const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

// A second pass finds what esbuild leaves: three per cent of what is sent.
async function smaller(code, options) {
  return (await minify(code, { ecma: 2022, compress: { ecma: 2022, passes: 3 }, ...options })).code + "\n";
}

async function tests(folder) {
  const entryPoints = readdirSync("test").map((name) => `test/${name}`);
  await build({ ...common, entryPoints, outdir: folder, format: "esm", platform: "node", outExtension: { ".js": ".mjs" } });
}

const [what, folder] = process.argv.slice(2);
mkdirSync("dist", { recursive: true });
await (what === "tests" ? tests(folder) : Promise.all([widget(), receiptPage()]));
