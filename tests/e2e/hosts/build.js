// Builds the host apps into `built/`, each with the survey element as npm packs it, unless they were built from the
// same files. Playwright runs it before the tests.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "../../..");
const BUILT = join(HERE, "built");
const PACKAGE = join(HERE, "node_modules/keeprate-survey");
const APPS = ["react", "vue", "svelte", "angular"];

/** The first block of README.md in a language: what a stranger copies. */
export function readmeLines(language) {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return readme.split("```" + language + "\n")[1].split("```")[0];
}

/** Everything that the apps are made of, as one hash. */
function inputs() {
  const hash = createHash("sha256").update(readmeLines("tsx"));
  const add = (path) => hash.update(path).update(readFileSync(path));
  for (const folder of [HERE, ...APPS.map((app) => join(HERE, app)), join(ROOT, "dist/widget")]) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile() && entry.name !== "Survey.tsx") {
        add(join(folder, entry.name));
      }
    }
  }
  return hash.digest("hex");
}

/** Packs the element and unpacks it where npm would install it; the lock file cannot name what is built here. */
function install() {
  const pack = ["pack", join(ROOT, "dist/widget"), "--json", "--loglevel=error", "--pack-destination", BUILT];
  const packed = JSON.parse(execFileSync("npm", pack, { encoding: "utf8" }));
  // One package is a list of one, or in newer versions of npm an object of one.
  const [{ filename, files }] = Object.values(packed);
  writeFileSync(join(BUILT, "packed.json"), JSON.stringify(files.map(({ path }) => path)));
  rmSync(PACKAGE, { recursive: true, force: true });
  mkdirSync(PACKAGE);
  execFileSync("tar", ["-xzf", join(BUILT, filename), "-C", PACKAGE, "--strip-components=1"]);
}

const isCustomElement = (tag) => tag === "keeprate-survey";

/** What Vite must know of an app. Its packages are imported only now, so that this file always can be. */
async function options(app) {
  const plugins = {
    vue: async () => (await import("@vitejs/plugin-vue")).default({ template: { compilerOptions: { isCustomElement } } }),
    svelte: async () => (await import("@sveltejs/vite-plugin-svelte")).svelte({ configFile: false }),
  };
  return {
    root: join(HERE, app),
    base: "./",
    cacheDir: join(BUILT, "cache"),
    configFile: false,
    logLevel: "warn",
    plugins: [await plugins[app]?.()],
  };
}

/** Serves an app from its sources, as `vite` does while one writes it. */
export async function develop(app) {
  const { createServer } = await import("vite");
  const server = await createServer({ ...(await options(app)), base: "/", server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  return { address: `http://127.0.0.1:${server.httpServer.address().port}/`, close: () => server.close() };
}

export default async function buildHosts() {
  const stamp = join(BUILT, "stamp");
  const wanted = inputs();
  if (existsSync(stamp) && existsSync(PACKAGE) && readFileSync(stamp, "utf8") === wanted) {
    return;
  }
  rmSync(BUILT, { recursive: true, force: true });
  mkdirSync(BUILT);
  install();
  writeFileSync(join(HERE, "react/Survey.tsx"), readmeLines("tsx"));
  const { build } = await import("vite");
  for (const app of APPS) {
    const outDir = join(BUILT, app);
    await build({ ...(await options(app)), build: { outDir, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 2_000 } });
  }
  writeFileSync(stamp, wanted);
}
