// Bundles the shim into one small module and minifies the fallback beside it: node build.js FOLDER VERSION. Called by
// `cargo xtask build`. Then copies what a page loads to a folder named by the version, whose files never change once
// it is released, with their hashes.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, version] = process.argv.slice(2);

const MACHINE = "keeprate-survey.wasm";
const FALLBACK = "keeprate-survey-fallback.js";
const FRAME = "keeprate-survey-frame.js";
const RESPONSES = "keeprate-responses.js";
const LOADED = ["keeprate-survey.js", MACHINE, FALLBACK, FRAME, RESPONSES];

/** What `integrity` says of a file. */
function integrity(name, algorithm) {
  return `${algorithm}-${createHash(algorithm).update(readFileSync(join(folder, name))).digest("base64")}`;
}

/** Style sheets become strings, minified. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "chrome125" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  absWorkingDir: here,
  entryPoints: [join(here, "element.js")],
  outfile: join(folder, "keeprate-survey.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  external: [`./${FALLBACK}`, `./${FRAME}`],
  // The shortest hash that browsers accept, since every page pays for it.
  define: { __VERSION__: JSON.stringify(version), __INTEGRITY__: JSON.stringify(integrity(MACHINE, "sha256")) },
  plugins: [styles],
  logLevel: "warning",
});

// Loaded where they are needed: the frame, the answers kept, and the translation, which is no module of ours, only smaller.
for (const [source, name] of [
  [join(here, "frame.js"), FRAME],
  [join(here, "responses.js"), RESPONSES],
  [join(folder, FALLBACK), FALLBACK],
]) {
  await build({
    entryPoints: [source],
    outfile: join(folder, name),
    allowOverwrite: true,
    minify: true,
    format: "esm",
    define: { __VERSION__: JSON.stringify(version) },
    logLevel: "warning",
  });
}

const hashes = Object.fromEntries(LOADED.map((name) => [name, integrity(name, "sha384")]));
mkdirSync(join(folder, version), { recursive: true });
for (const name of LOADED) copyFileSync(join(folder, name), join(folder, version, name));
for (const path of [folder, join(folder, version)]) writeFileSync(join(path, "sri.json"), JSON.stringify(hashes, null, 2) + "\n");
