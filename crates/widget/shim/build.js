// Bundles the shim into one small module and minifies the fallback beside it: node build.js FOLDER VERSION. Called by
// `cargo xtask build`.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, version] = process.argv.slice(2);

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
  external: ["./keeprate-survey-fallback.js", "./keeprate-survey-frame.js"],
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [styles],
  logLevel: "warning",
});

// Loaded where they are needed: the frame, and the translation, which is no module of ours, only smaller.
for (const [source, name] of [
  [join(here, "frame.js"), "frame"],
  [join(folder, "keeprate-survey-fallback.js"), "fallback"],
]) {
  const outfile = join(folder, `keeprate-survey-${name}.js`);
  await build({ entryPoints: [source], outfile, allowOverwrite: true, minify: true, format: "esm", logLevel: "warning" });
}
