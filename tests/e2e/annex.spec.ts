import { expect, test } from "@playwright/test";
import { D1 } from "./data";
import { card, load, open, openWhole } from "./page";

test.use({ locale: "en-GB" });

test("data stay loaded while other pages are looked at, and calculators take their currency", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  const shown = await card(page, "nrr").getAttribute("data-value");
  await page.getByRole("link", { name: "Calculators" }).click();
  await page.getByRole("link", { name: /net revenue retention/i }).click();
  await expect(page.locator(".calculator")).toContainText("EUR");
  await page.getByRole("link", { name: "Glossary" }).click();
  await expect(page.locator("h1")).toHaveText("Glossary");
  await page.getByRole("link", { name: "Dashboard" }).click();
  await expect(card(page, "nrr")).toHaveAttribute("data-value", shown!);
  await expect(page.locator(".understood")).toContainText("d1.csv");
});

test("a calculator keeps its entries when the language changes", async ({ page }) => {
  await open(page, "#/calc/crr");
  await page.getByLabel("customers at end").fill("104");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.getByLabel("Kunden am Ende")).toHaveValue("104");
});

test("a press on a page changes nothing behind it", async ({ page }) => {
  await openWhole(page, "#/survey");
  await page.getByRole("button", { name: "React" }).click();
  await expect(page.getByRole("button", { name: "React" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Begin anew" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "system");
  await expect(page).toHaveURL(/#\/survey/);
});

test("back and forward lead through the pages", async ({ page }) => {
  await open(page);
  await page.getByRole("link", { name: "Calculators" }).click();
  await page.getByRole("link", { name: "Glossary" }).click();
  await expect(page.locator("h1")).toHaveText("Glossary");
  await page.goBack();
  await expect(page.locator("h1")).toHaveText("Calculators");
  await page.goBack();
  await expect(card(page, "nrr")).toBeVisible();
  await page.goForward();
  await expect(page.locator("h1")).toHaveText("Calculators");
});

test("a page that cannot be loaded says so, and the next way there tries again", async ({ page }) => {
  await page.route("**/annex.js*", (route) => route.abort());
  await open(page);
  await page.getByRole("link", { name: "Calculators" }).click();
  await expect(page.getByRole("alert")).toContainText("Check the connection and try again.");
  await page.unroute("**/annex.js*");
  await page.getByRole("link", { name: "Glossary" }).click();
  await expect(page.locator(".glossary article").first()).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
