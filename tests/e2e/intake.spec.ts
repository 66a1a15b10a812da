// The worker for files is loaded behind the first view: what happens until it is there, and where it breaks.

import { expect, test } from "@playwright/test";
import { D1 } from "./data";
import { card, choose, load, open, openWhole, ready, value } from "./page";

test("a browser without SIMD gets the program without it, and the same figures", async ({ page }) => {
  await page.route("**/worker.js*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `WebAssembly.validate = () => false;\n${await response.text()}` });
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open(page);
  await load(page, "d1.csv", D1);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  await expect(card(page, "nrr")).toHaveAttribute("data-status", "ok");
  const names = asked.map((path) => path.split("/").pop()).filter((name) => name?.includes("intake"));
  expect(names).toEqual(["intake_plain.js", "intake_plain_bg.wasm"]);
});

test("the page opens on the sample without a worker, and a question about it waits for one", async ({ page }) => {
  let go = () => {};
  const wait = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/intake_bg.wasm*", async (route) => {
    await wait;
    await route.continue();
  });
  await open(page);
  const before = await value(page, "mrr");
  await page.locator("select[name=segment]").selectOption({ index: 1 });
  go();
  await expect.poll(() => value(page, "mrr")).toBeLessThan(before);
  await ready(page);
});

test("without its file the sample is made by the worker, with the same figures", async ({ page }) => {
  await open(page);
  const figures = () =>
    page.locator("article[data-metric]").evaluateAll((cards) => cards.map((card) => card.getAttribute("data-value")));
  const usual = await figures();
  await page.route("**/sample.bin*", (route) => route.abort());
  await page.reload();
  await ready(page);
  expect(await figures()).toEqual(usual);
});

test("a file that is chosen before then opens as soon as it can", async ({ page }) => {
  let go = () => {};
  const wait = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/intake_bg.wasm*", async (route) => {
    await wait;
    await route.continue();
  });
  await open(page);
  await choose(page, "d1.csv", D1);
  await expect(page.locator("main")).toHaveAttribute("data-state", "reading");
  go();
  await ready(page);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

test("a worker for files that cannot be loaded is said, the data stay, and the next file tries again", async ({ page }) => {
  await page.route("**/intake_bg.wasm*", (route) => route.abort());
  await open(page);
  const before = await value(page, "mrr");
  await choose(page, "d1.csv", D1);
  await expect(page.locator(".trouble")).toContainText("Check the connection and try again.");
  expect(await value(page, "mrr")).toBe(before);
  await page.unroute("**/intake_bg.wasm*");
  await load(page, "d1.csv", D1);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

test("a worker that breaks while it reads is replaced, and what was there stays", async ({ page }) => {
  let broken = 0;
  await page.route("**/intake.js*", async (route) => {
    const response = await route.fetch();
    broken += 1;
    const end = broken === 1 ? `addEventListener("message", ({ data }) => { if (data.files?.length) throw new Error("broken"); });` : "";
    await route.fulfill({ response, body: end + (await response.text()) });
  });
  await openWhole(page);
  const before = await value(page, "mrr");
  await choose(page, "d1.csv", D1);
  await expect(page.locator(".trouble")).toContainText("The calculation stopped unexpectedly and was started again.");
  expect(await value(page, "mrr")).toBe(before);
  await load(page, "d1.csv", D1);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});
