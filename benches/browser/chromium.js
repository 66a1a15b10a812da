// What every benchmark in a browser needs.

import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { chromium } from "playwright-core";

/** Starts Chromium with the flags of the browser tests (tests/e2e/playwright.config.ts); no name resolves: nothing that
 *  a variant asks for can leave this machine. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.KEEPRATE_CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The machine and its browser, for the last line. */
export function surroundings(browser) {
  return `${cpus().length} cores (${cpus()[0].model.trim()}), Chromium ${browser.version()}`;
}

/**
 * Processor time of this machine since it started, and what of it other machines on the same hardware took: a measurement
 * in which that share is high says little. Only Linux tells.
 */
export async function processorTime() {
  const text = await readFile("/proc/stat", "utf8").catch(() => "");
  // Time of guests, which follows the first eight figures, is part of the first.
  const times = text.split("\n", 1)[0].trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: times.reduce((sum, time) => sum + time, 0), stolen: times[7] };
}
