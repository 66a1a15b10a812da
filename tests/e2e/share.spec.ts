import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { D1 } from "./data";
import { card, load, open, openWhole } from "./page";

test.use({ locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });

const golden = (name: string) => readFileSync(`../../crates/link/tests/golden/${name}`, "utf8").trim();

test("a report travels in a link that names no customer", async ({ page }) => {
  await open(page);
  await load(page, "secret-file.csv", D1.replaceAll(/^([A-H]);/gm, "Customer-$1;"));
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/The link reveals \d+ aggregates and 0 customer names\./);
  await expect(dialog).toContainText("fits everywhere");
  await dialog.getByRole("checkbox", { name: "segments" }).check();
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog).toContainText("Copied.");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("#/r/1");
  expect(Buffer.from(link.split("#/r/1")[1], "base64url").toString("latin1")).not.toMatch(/Customer-|secret/);

  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.locator("h1")).toHaveText("Shared report");
  await expect(card(page, "customer_retention_rate")).toHaveAttribute("data-value", /^0\.857142/);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  await expect(card(page, "nrr")).toContainText("80.4%");
  for (const id of ["bridge", "trend", "movements", "cohorts", "survival", "segments"]) {
    await expect(page.locator(`#${id}`)).toBeVisible();
  }
});

test("once loaded the page shares and exports without a network", async ({ page, context }) => {
  await openWhole(page);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toContainText(/The link reveals \d+ aggregates/);
  await page.keyboard.press("Escape");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export JSON" }).click();
  expect((await download).suggestedFilename()).toMatch(/^keeprate-.*\.json$/);
});

test("what cannot be loaded is said, and tried again", async ({ page }) => {
  await page.route("**/documents.wasm*", (route) => route.abort());
  await open(page);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toContainText("Check the connection and try again.");
  await page.keyboard.press("Escape");
  await page.unroute("**/documents.wasm*");
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toContainText(/The link reveals \d+ aggregates/);
});

test("small cells are left out on request", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/Not in the link: .* · Forecast/);
  await dialog.getByRole("checkbox", { name: "no values" }).check();
  await expect(dialog).toContainText(/\d+ small values are left out\./);
});

test("published links stay readable", async ({ page }) => {
  await open(page, `#/r/${golden("1-d1-june.txt")}`);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  await page.goto("about:blank");
  await open(page, `#/r/${golden("1-d5.txt")}`);
  await expect(card(page, "nrr")).toHaveAttribute("data-value", "1.1");
});

test("a hash that a chat has encoded is repaired", async ({ page }) => {
  await page.goto("./%23/r/" + golden("1-d1-june.txt"));
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

const broken: [string, (payload: string) => string, string][] = [
  ["cut", (payload) => payload.slice(0, -9), "Its end is missing."],
  ["altered", (payload) => payload.slice(0, 40) + (payload[40] === "A" ? "B" : "A") + payload.slice(41), "were changed."],
  ["newer", (payload) => "2" + payload.slice(1), "newer version"],
  ["empty", () => "", "It holds no report."],
];
for (const [name, breakIt, sentence] of broken) {
  test(`a link that is ${name} says so and never shows the sample`, async ({ page }) => {
    await open(page, `#/r/${breakIt(golden("1-d1-june.txt"))}`);
    await expect(page.getByTestId("link-error")).toContainText(sentence);
    await expect(page.locator("article[data-metric]")).toHaveCount(0);
  });
}
