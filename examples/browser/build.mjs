// Build the page: `node build.mjs [folder]`, into dist/ if no folder is given.
import { build } from "esbuild";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const from = dirname(fileURLToPath(import.meta.url));
const into = process.argv[2] ?? join(from, "dist");

await build({
  entryPoints: [join(from, "src/main.jsx")],
  outdir: into,
  bundle: true,
  minify: true, // also sets NODE_ENV to "production"
  format: "esm", // for the top-level await of main.jsx
  target: "es2022",
  jsx: "automatic",
  logLevel: "warning",
});
cpSync(join(from, "src/index.html"), join(into, "index.html"));
