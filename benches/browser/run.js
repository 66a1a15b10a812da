// Runs every variant in one Chromium and prints times and ratios. `cargo xtask bench` starts this
// and names addresses, files and counts in the environment.

import { readFile, stat } from "node:fs/promises";
import { launch, median, processorTime, surroundings } from "./chromium.js";
import { difference, figuresOfReport } from "./figures.js";

const APP = process.env.KEEPRATE_ADDRESS;
const PAGES = process.env.BENCH_ADDRESS;
const FILE = process.env.BENCH_FILE;
/** What every page opens first, as the app does by itself: a person's file never meets cold code. */
const SAMPLE = process.env.BENCH_SAMPLE;
/** The same rows in other forms, and more rows: name, file, rows. */
const FORMS = JSON.parse(process.env.BENCH_FORMS);
const RUNS = Number(process.env.BENCH_RUNS);
/** Milliseconds between a page's readiness and the choice of the file: nobody is quicker. Every way may use them. */
const IDLE = 2_000;
/** Milliseconds after which a step counts as failed. */
const PATIENCE = 120_000;

const READ_AND_DECODE = "read + TextDecoder (R)";
const KEEPRATE = "Keeprate";
const VARIANTS = [
  { name: "read (arrayBuffer)", way: "bytes" },
  { name: READ_AND_DECODE, way: "text" },
  { name: "uDSV + JS", way: "udsv" },
  { name: "Papa Parse + JS", way: "papa" },
  { name: "DuckDB-WASM + SQL", way: "duckdb" },
  { name: KEEPRATE },
];

/** Opens `file` in the page's input; answers the measures that ended with `last`, and the long tasks. */
async function open(page, file, last) {
  await page.evaluate((last) => {
    performance.clearMeasures();
    window.longTasks = [];
    window.longTaskObserver = new PerformanceObserver((entries) => {
      window.longTasks.push(...entries.getEntries().map((task) => task.duration));
    });
    window.longTaskObserver.observe({ type: "longtask" });
    window.opened = new Promise((resolve) => {
      new PerformanceObserver((entries, observer) => {
        if (entries.getEntriesByName(last).length > 0) {
          observer.disconnect();
          resolve();
        }
      }).observe({ type: "measure" });
    });
  }, last);
  await page.setInputFiles("input[type=file]", file);
  return page.evaluate(async () => {
    await window.opened;
    // A long task is only reported once it has ended, and the measure may be part of one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    window.longTaskObserver.disconnect();
    const measures = performance.getEntriesByType("measure").map((entry) => [entry.name, entry.duration]);
    return { measures: Object.fromEntries(measures), longTasks: window.longTasks };
  });
}

/** The report that a button of the app saves. */
async function exportedReport(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export JSON" }).click(),
  ]);
  return JSON.parse(await readFile(await download.path(), "utf8"));
}

/** The most memory that a page's process ever had, in bytes; only Linux tells. */
async function peakMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
      return Number(status.match(/^VmHWM:\s*(\d+) kB$/m)?.[1] ?? 0) * 1024;
    });
  // Chromium may keep an empty process in reserve.
  return Math.max(0, ...(await Promise.all(peaks)));
}

/** What the app's workers begin with here: they keep their memory where it can be asked for. */
const KEEP_MEMORY = `
  const keep = (made) => {
    self.memory = (made.instance ?? made).exports.memory;
    return made;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name];
    WebAssembly[name] = (...given) => make.apply(WebAssembly, given).then(keep);
  }
`;
/** And where the browser is to be one without SIMD. */
const WITHOUT_SIMD = "WebAssembly.validate = () => false;";

/** Has every worker of the app begin with `script`. */
function beginWorkers(page, script) {
  return page.route("**/worker.js*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

/** The most WebAssembly memory that a worker of the page has, in bytes. It never shrinks. */
async function webAssemblyMemory(page) {
  const sizes = page.workers().map((worker) => worker.evaluate(() => self.memory?.buffer.byteLength ?? 0));
  return Math.max(...(await Promise.all(sizes)));
}

/** One variant in a page of its own: the first opening of the file, and the second. */
async function measure(browser, { name, way, file = FILE, simd = true }) {
  const page = await browser.newPage({ locale: "en-US" });
  if (!way) {
    await beginWorkers(page, simd ? KEEP_MEMORY : KEEP_MEMORY + WITHOUT_SIMD);
  }
  page.setDefaultTimeout(PATIENCE);
  const failed = new Promise((_, reject) => {
    page.on("pageerror", reject);
    page.on("crash", () => reject(new Error("the page crashed")));
    // Without a reference to the timer, a run that succeeded need not wait for it.
    setTimeout(() => reject(new Error("it takes too long")), PATIENCE).unref();
  });
  const work = async () => {
    const last = way ? "bench:open" : "keeprate:open";
    await page.goto(way ? `${PAGES}page.html?way=${way}` : APP);
    await page.waitForSelector("[data-state=ready]");
    if (way) {
      await open(page, SAMPLE, last);
    }
    await page.waitForTimeout(IDLE);
    const first = await open(page, file, last);
    // Of many rows the cards come first.
    await page.waitForSelector("[data-state=ready]");
    const found = way ? await page.evaluate(() => window.figures) : figuresOfReport(await exportedReport(page));
    const memory = await peakMemory(browser);
    const webAssembly = way ? undefined : await webAssemblyMemory(page);
    const second = await open(page, file, last);
    return {
      took: first.measures[last],
      again: second.measures[last],
      read: first.measures["keeprate:read"],
      longTasks: [...first.longTasks, ...second.longTasks],
      memory,
      webAssembly,
      figures: found,
    };
  };
  try {
    return await Promise.race([work(), failed]);
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  } finally {
    await page.close();
  }
}

/** Fails unless what a variant computed is what Keeprate computed. */
function check(name, found, expected, bytes) {
  // The variants that only read tell how much they read; the generated file is ASCII.
  const read = found.bytes ?? found.characters;
  const different = read === undefined ? difference(found, expected) : difference(read, bytes, "length");
  if (different) {
    throw new Error(`${name} does other work than ${KEEPRATE}: ${different}`);
  }
}

function printTable(results) {
  const typical = (name) => median(results.get(name).map((result) => result.took));
  const line = (cells) => console.log(cells[0].padEnd(24) + cells.slice(1).map((cell) => cell.padStart(13)).join(""));
  const ms = (value) => value.toFixed(0);
  const ratio = (value) => `${value.toFixed(2)} x`;
  line(["variant", "median ms", "min-max", "/ Keeprate", "/ R", "second ms", "peak MB", "long tasks"]);
  for (const { name } of VARIANTS) {
    const runs = results.get(name);
    const took = runs.map((run) => run.took);
    line([
      name,
      ms(typical(name)),
      `${ms(Math.min(...took))}-${ms(Math.max(...took))}`,
      ratio(typical(name) / typical(KEEPRATE)),
      ratio(typical(name) / typical(READ_AND_DECODE)),
      ms(median(runs.map((run) => run.again))),
      ms(median(runs.map((run) => run.memory)) / 1e6),
      // The pages of the other ways only wait for their worker: what holds them up is the machine.
      String(runs.flatMap((run) => run.longTasks).length),
    ]);
  }
  const runs = results.get(KEEPRATE);
  const read = median(runs.map((run) => run.read));
  console.log(`\n${KEEPRATE}: ${ms(read)} ms of it until the columns were read (keeprate:read)`);
  const longTasks = runs.flatMap((run) => run.longTasks);
  const longest = Math.max(0, ...longTasks);
  console.log(
    longTasks.length > 0
      ? `${KEEPRATE}'s main thread: ${longTasks.length} tasks over 50 ms in ${2 * runs.length} openings, the longest ${ms(longest)} ms`
      : `${KEEPRATE}'s main thread: no task over 50 ms in ${2 * runs.length} openings`,
  );
}

/** The same figures from other forms of the file, and what more rows take. */
function printForms(results) {
  const line = (cells) => console.log(cells[0].padEnd(24) + cells.slice(1).map((cell) => cell.padStart(15)).join(""));
  const typical = (name, which) => median(results.get(name).map((result) => result[which]));
  line(["form", "median ms", "/ Keeprate", "/ R", "second ms", "/ second", "wasm MB", "long tasks"]);
  for (const { name, times = 1 } of [{ name: KEEPRATE }, ...FORMS]) {
    line([
      name,
      typical(name, "took").toFixed(0),
      `${(typical(name, "took") / times / typical(KEEPRATE, "took")).toFixed(2)} x`,
      `${(typical(name, "took") / times / typical(READ_AND_DECODE, "took")).toFixed(2)} x`,
      typical(name, "again").toFixed(0),
      `${(typical(name, "again") / times / typical(KEEPRATE, "again")).toFixed(2)} x`,
      (typical(name, "webAssembly") / 1e6).toFixed(0),
      String(results.get(name).flatMap((run) => run.longTasks).length),
    ]);
  }
  console.log("Ratios of more rows are for as many rows as the others have.");
}

const browser = await launch();
try {
  const { size: bytes } = await stat(FILE);
  const results = new Map([...VARIANTS, ...FORMS].map(({ name }) => [name, []]));
  let agreed;
  for (let run = 1; run <= RUNS; run += 1) {
    const times = [];
    for (const variant of [...VARIANTS, ...FORMS]) {
      const before = await processorTime();
      const result = await measure(browser, variant);
      const { all, stolen } = await processorTime();
      results.get(variant.name).push(result);
      const share = (100 * (stolen - before.stolen)) / (all - before.all);
      times.push(`${variant.name} ${result.took.toFixed(0)}${share >= 1 ? ` (${share.toFixed(0)} % stolen)` : ""}`);
    }
    console.log(`run ${run} of ${RUNS}, ms: ${times.join(", ")}`);
    const expected = results.get(KEEPRATE).at(-1).figures;
    for (const { name } of VARIANTS) {
      check(name, results.get(name).at(-1).figures, expected, bytes);
    }
    for (const { name, times } of FORMS) {
      // More rows are more customers, who give figures of their own.
      check(name, results.get(name).at(-1).figures, times > 1 ? results.get(name)[0].figures : expected, bytes);
    }
    agreed = expected;
  }

  const { month, amounts, customers } = agreed.movements.at(-1);
  const cohort = agreed.cohorts[0];
  console.log(
    `\nAll agree on every movement, rate, cohort and survival step; in ${month}: MRR ${amounts.at(-1)} minor units, ` +
      `${customers[5]} customers lost; cohort ${cohort.month}: ${cohort.active[6] ?? 0} of ${cohort.active[0]} in month 6\n`,
  );
  printTable(results);
  console.log("");
  printForms(results);
  console.log(
    `\n${surroundings(browser)}, ${bytes} bytes, ` +
      `${RUNS} runs, each variant in a fresh page that has opened a small sample ${IDLE / 1000} s before`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}
