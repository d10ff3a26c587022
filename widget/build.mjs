// Builds dist/widget.js (and its types) from src/; `node build.mjs tests FOLDER` builds the unit tests there instead.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { build } from "esbuild";
import { small } from "./small.mjs";

const common = { bundle: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

async function widget() {
  mkdirSync("dist", { recursive: true });
  await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: "dist/widget.js",
    format: "iife",
    minify: true,
    plugins: [small],
  });
  copyFileSync("src/host/types.d.ts", "dist/widget.d.ts");
}

async function tests(folder) {
  const entryPoints = readdirSync("test").map((name) => `test/${name}`);
  await build({ ...common, entryPoints, outdir: folder, format: "esm", platform: "node", outExtension: { ".js": ".mjs" } });
}

const [what, folder] = process.argv.slice(2);
await (what === "tests" ? tests(folder) : widget());
