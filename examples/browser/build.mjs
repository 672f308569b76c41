// Build the page: `node build.mjs [folder]`, into dist/ if no folder is given.
import { build } from "esbuild";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
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

// The WebAssembly of TensorFlow.js, which the component otherwise loads from a CDN of AWS. It must be of the version that
// the component depends on, so ask for it as the component would: a newer one may lie beside it.
const component = createRequire(createRequire(import.meta.url).resolve("@aws-amplify/ui-react-liveness"));
const tfjs = dirname(component.resolve("@tensorflow/tfjs-backend-wasm"));
mkdirSync(join(into, "tfjs"), { recursive: true });
for (const name of readdirSync(tfjs).filter((name) => name.endsWith(".wasm"))) {
  cpSync(join(tfjs, name), join(into, "tfjs", name));
}
