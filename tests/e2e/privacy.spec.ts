import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { D1 } from "./data";
import { card, load, open, openWhole, pickMonth } from "./page";

test.use({ locale: "en-GB" });

test("once loaded the page asks for nothing and stores nothing but preferences", async ({ page, context }) => {
  await openWhole(page);
  const requests: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  await load(page, "d1.csv", D1);
  await pickMonth(page, "2025-03");
  await card(page, "nrr").getByRole("button").click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Share" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("link", { name: "Rechner" }).click();
  await expect(page.locator("h1")).toHaveText("Rechner");
  expect(requests.filter((address) => !/^(blob|data):/.test(address))).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage).sort())).toEqual(["keeprate.language", "keeprate.theme"]);
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
});

test("everything that is loaded comes from the page's own server", async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL!) && !/^(blob|data):/.test(request.url())) {
      foreign.push(request.url());
    }
  });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  for (const hash of ["", "#/calc/nrr", "#/glossary"]) {
    await open(page, hash);
  }
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the page works without storage", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
  });
  await open(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});

test("browser and command line give the same bytes for the same file", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "keeprate-"));
  try {
    const file = join(folder, "d1.csv");
    writeFileSync(file, D1);
    await open(page);
    await page.getByTestId("file").setInputFiles(file);
    await expect(page.locator(".understood")).toContainText("d1.csv");
    await expect(page.locator("#segments")).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export JSON" }).click(),
    ]);
    const browser = readFileSync(await download.path());
    const program = process.env.KEEPRATE_CLI ?? "../../target/debug/keeprate";
    const native = execFileSync(program, ["report", file, "--segment", "Segment", "--format", "json"]);
    expect(browser.toString()).toBe(native.toString());
    expect(browser.equals(native)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
