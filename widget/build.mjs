// Builds dist/widget.js and its types from src/; `node build.mjs tests FOLDER` builds the unit tests there instead.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { minify } from "terser";
import { small } from "./small.mjs";

const common = { bundle: true, target: "es2022", charset: "utf8", logLevel: "warning" };
// Members of our own classes that are neither kept in the browser nor sent, nor seen by the page: named by a letter.
const OURS = /^(answerLink|changed|dayOf|deliveries|formatOf|hooks|leaving|outbox|signedIn|tabs|tokens|unloaded)$/;
const NOTICE = "/*! Licences: widget.js.LEGAL.txt */";

async function widget() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: "dist/widget.js",
    format: "iife",
    minify: true,
    mangleProps: OURS,
    legalComments: "external",
    plugins: [small],
    write: false,
  });
  mkdirSync("dist", { recursive: true });
  const [notices, script] = outputFiles.sort((one, other) => other.path.length - one.path.length);
  writeFileSync(script.path, await smaller(script.text));
  writeFileSync(notices.path, `${notices.text}\n${readFileSync("node_modules/lit-html/LICENSE", "utf8")}`);
  copyFileSync("src/host/types.d.ts", "dist/widget.d.ts");
}

// A second pass finds what esbuild leaves: three per cent of what is sent.
async function smaller(code) {
  const options = { ecma: 2022, compress: { ecma: 2022, passes: 3 }, format: { preamble: NOTICE } };
  return (await minify(code, options)).code + "\n";
}

async function tests(folder) {
  const entryPoints = readdirSync("test").map((name) => `test/${name}`);
  await build({ ...common, entryPoints, outdir: folder, format: "esm", platform: "node", outExtension: { ".js": ".mjs" } });
}

const [what, folder] = process.argv.slice(2);
await (what === "tests" ? tests(folder) : widget());
