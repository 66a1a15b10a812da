// How long a page takes to show a survey that nobody has seen before, beside its peers. `cargo xtask bench widget`
// starts this and names folder and counts in the environment.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { launch, median, surroundings } from "./chromium.js";

const WIDGET = process.env.BENCH_WIDGET;
const RUNS = Number(process.env.BENCH_RUNS);
/** "Slow 4G" as the browser's developer tools know it: milliseconds a request, bytes a second. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const PROCESSOR = 4;
/** Milliseconds after which a survey counts as not shown. */
const PATIENCE = 60_000;

const KEEPRATE = "Keeprate";
const QUESTION = "How likely are you to recommend us?";
const TOKEN = "phc_bench";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

const survey = {
  id: "bench",
  name: "NPS",
  type: "popover",
  start_date: "2026-01-01T00:00:00Z",
  end_date: null,
  conditions: null,
  appearance: {},
  questions: [
    { id: "score", type: "rating", display: "number", scale: 10, question: QUESTION, lowerBoundLabel: "No", upperBoundLabel: "Yes" },
  ],
};
// What PostHog's own service answers for a project that uses nothing but a survey.
const remoteConfig = { surveys: true, sessionRecording: false, heatmaps: false, autocapture_opt_out: true, hasFeatureFlags: false };

/** Each variant: its lines in the page's head and body, what it may ask for, and the element that shows the question. */
const VARIANTS = [
  {
    name: KEEPRATE,
    shows: "NPS",
    selector: "legend",
    lines: `<link rel="preload" href="/keeprate-survey.wasm" as="fetch" crossorigin>
      <script type="module" src="/keeprate-survey.js"></script>
      <keeprate-survey survey="bench" question="${QUESTION}"></keeprate-survey>`,
    files: async () => ({
      "/keeprate-survey.js": await readFile(join(WIDGET, "keeprate-survey.js")),
      "/keeprate-survey.wasm": await readFile(join(WIDGET, "keeprate-survey.wasm")),
    }),
  },
  {
    name: "PostHog",
    shows: "NPS",
    selector: ".survey-question",
    lines: `<script>
        posthog = [];
        posthog._i = [["${TOKEN}", { api_host: location.origin, autocapture: false, capture_pageview: false, disable_session_recording: true }, "posthog"]];
      </script>
      <script async src="/static/array.js"></script>`,
    files: async () => ({
      "/static/array.js": await readFile("node_modules/posthog-js/dist/array.js"),
      "/static/surveys.js": await readFile("node_modules/posthog-js/dist/surveys.js"),
      [`/array/${TOKEN}/config.js`]: `_POSTHOG_REMOTE_CONFIG = { ${TOKEN}: { config: ${JSON.stringify(remoteConfig)}, siteApps: [] } }`,
      "/flags/": JSON.stringify({ flags: {}, errorsWhileComputingFlags: false }),
      "/api/surveys/": JSON.stringify({ surveys: [survey] }),
    }),
  },
  {
    name: "Sentry feedback",
    shows: "text form",
    selector: ".dialog textarea",
    lines: `<script type="module" src="/sentry.js"></script>`,
    files: async () => ({ "/sentry.js": await bundle(SENTRY) }),
  },
];

/** The smallest bundle that opens the form; a page with its other integrations loads more. */
const SENTRY = `
  import { feedbackIntegration, init } from "@sentry/browser";
  const feedback = feedbackIntegration({ autoInject: false, enableScreenshot: false });
  init({ dsn: location.protocol + "//key@" + location.host + "/1", defaultIntegrations: false, integrations: [feedback] });
  const form = await feedback.createForm();
  form.appendToDom();
  form.open();
`;

async function bundle(contents) {
  const stdin = { contents, resolveDir: "." };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", target: "es2022", write: false });
  return outputFiles[0].contents;
}

const page = (lines) => `<!doctype html>
  <html lang="en">
    <head><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,"></head>
    <body><h1>Host</h1>${lines}</body>
  </html>`;

/** Serves a variant's files, compressed as well as can be, and counts what was asked for. */
async function serve({ lines, files }) {
  const compressed = new Map();
  for (const [path, body] of Object.entries({ "/": page(lines), ...(await files()) })) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    compressed.set(path, brotliCompressSync(body, { params }));
  }
  let asked = [];
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const body = compressed.get(pathname);
    request.resume();
    asked.push({ pathname, bytes: body?.length });
    if (!body) {
      return reply.writeHead(404).end();
    }
    const type = TYPES[extname(pathname)] ?? (pathname === "/" ? TYPES[".html"] : TYPES[".json"]);
    reply.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-encoding": "br", "content-length": body.length });
    reply.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    // The page itself is no part of what a survey costs.
    takeAsked: () => asked.splice(0).filter(({ pathname }) => pathname !== "/"),
    close: () => server.close(),
  };
}

/** Runs in the page: resolves with the time of the first frame after the one that shows the question. */
function watch(selector) {
  const find = (root) => {
    const found = root.querySelector(selector);
    if (found) {
      return found;
    }
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      const inside = shadowRoot && find(shadowRoot);
      if (inside) {
        return inside;
      }
    }
  };
  window.visible = new Promise((resolve) => {
    const look = () => {
      const shown = find(document)?.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      requestAnimationFrame(shown ? () => resolve(performance.now()) : look);
    };
    requestAnimationFrame(look);
  });
}

/** One variant in a browser context of its own, whose cache is empty. */
async function measure(browser, { name, selector }, server) {
  const context = await browser.newContext({ locale: "en-US" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", NETWORK);
    await session.send("Emulation.setCPUThrottlingRate", { rate: PROCESSOR });
    await page.addInitScript(watch, selector);
    await page.goto(server.address, { waitUntil: "commit" });
    const late = new Promise((_, reject) => {
      // Without a reference to the timer, a run that succeeded need not wait for it.
      setTimeout(() => reject(new Error("nothing to be seen")), PATIENCE).unref();
    });
    const took = await Promise.race([page.evaluate(() => window.visible), late]);
    return { took, asked: server.takeAsked() };
  } catch (error) {
    const asked = server.takeAsked().map(({ pathname, bytes }) => `${pathname} ${bytes ?? "404"}`);
    throw new Error(`${name}: ${error.message}; asked for ${asked.join(", ")}`, { cause: error });
  } finally {
    await context.close();
  }
}

function printTable(results) {
  const typical = (name) => median(results.get(name).map(({ took }) => took));
  const line = (cells) => console.log(cells[0].padEnd(20) + cells.slice(1).map((cell) => cell.padStart(13)).join(""));
  line(["variant", "shows", "median ms", "min-max", "/ Keeprate", "requests", "bytes"]);
  for (const { name, shows } of VARIANTS) {
    const runs = results.get(name);
    const took = runs.map((run) => run.took);
    const sum = ({ asked }) => asked.reduce((bytes, request) => bytes + (request.bytes ?? 0), 0);
    line([
      name,
      shows,
      typical(name).toFixed(0),
      `${Math.min(...took).toFixed(0)}-${Math.max(...took).toFixed(0)}`,
      `${(typical(name) / typical(KEEPRATE)).toFixed(2)} x`,
      `${median(runs.map(({ asked }) => asked.length))}`,
      `${median(runs.map(sum))}`,
    ]);
  }
}

const browser = await launch();
const servers = new Map();
try {
  for (const variant of VARIANTS) {
    servers.set(variant.name, await serve(variant));
  }
  const results = new Map(VARIANTS.map(({ name }) => [name, []]));
  for (let run = 1; run <= RUNS; run += 1) {
    const times = [];
    for (const variant of VARIANTS) {
      const result = await measure(browser, variant, servers.get(variant.name));
      results.get(variant.name).push(result);
      times.push(`${variant.name} ${result.took.toFixed(0)}`);
    }
    console.log(`run ${run} of ${RUNS}, ms: ${times.join(", ")}`);
  }
  console.log();
  printTable(results);
  console.log(
    `\n${surroundings(browser)}, ${NETWORK.latency} ms and ${(NETWORK.downloadThroughput * 8) / 1e6} Mbit/s, ` +
      `${PROCESSOR} x slower processor, empty cache, ${RUNS} runs; bytes are brotli at its highest level`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const { close } of servers.values()) {
    close();
  }
  await browser.close();
}
