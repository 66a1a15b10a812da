// What every benchmark in a browser needs.

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
