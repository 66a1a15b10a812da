import { expect, type Page, test } from "@playwright/test";
import { D2 } from "./data";
import { card, load, open, ready } from "./page";

test.use({ locale: "en-GB" });

const bridge = (page: Page) => page.locator("#presets-bridge");
const headings = (page: Page) => bridge(page).locator("table").first().locator("thead th");

/** The amounts of a row: at the start, of each step, at the end. */
async function amounts(page: Page, name: string): Promise<number[]> {
  const row = bridge(page).locator("tbody tr").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
  const cells = await row.first().locator("td").allTextContents();
  return cells.map((cell) => Number(cell.replace(/[^\d.-]/g, "") || "0"));
}

test("a bridge leads from these figures to another product's, step by step", async ({ page }) => {
  await open(page);
  await load(page, "d2.csv", D2);
  const choice = bridge(page).locator("select[name=against_preset]");
  await expect(choice.locator("option[value=keeprate]")).toHaveCount(0);
  await choice.selectOption("chargify");
  await expect(headings(page).last()).toHaveText("Chargify (Maxio)");
  const arr = await amounts(page, "Annual recurring revenue (ARR)");
  const [start, end] = [arr[0], arr[arr.length - 1]];
  expect(start).toBe(Number(await card(page, "arr").getAttribute("data-value")));
  const steps = arr.slice(1, -1).reduce((sum, step) => sum + step, 0);
  expect(start + steps).toBeCloseTo(end, 6);

  // The figures at the end are those of that product.
  await page.locator("select[name=preset]").selectOption("chargify");
  await expect(card(page, "arr")).toHaveAttribute("data-value", end.toFixed(2));
  await ready(page);
  // The comparison is with what is shown now.
  await choice.selectOption("stripe");
  await expect(headings(page).nth(1)).toHaveText("Chargify (Maxio)");
});

test("customers behind a step are named", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await load(page, "d2.csv", D2);
  for (const [preset, name] of [["chartmogul", "ChartMogul"], ["stripe", "Stripe"]]) {
    await bridge(page).locator("select").selectOption(preset);
    await expect(headings(page).last()).toHaveText(name);
    await expect(bridge(page).locator("summary").first()).toContainText("veränderte Kunden");
  }
});

test("movements are counted from closing to closing or change by change, as chosen", async ({ page }) => {
  await open(page);
  // In February one customer pays 6 more and then 3 less: 3 more at the closing.
  await load(page, "changes.csv", "customer,date,delta\na,2025-01-03,10\na,2025-02-10,6\na,2025-02-20,-3\na,2025-03-02,1\n");
  await page.locator("#bridge").getByRole("button", { name: "Table" }).click();
  const moved = (name: string) => page.locator("#bridge tbody tr", { has: page.getByRole("rowheader", { name, exact: true }) });
  await expect(moved("Expansion")).toContainText("3.00");
  await expect(moved("Contraction")).toContainText("0.00");
  await page.locator("select[name=movement_basis]").selectOption("every change by itself");
  await expect(moved("Expansion")).toContainText("6.00");
  await expect(moved("Contraction")).toContainText("3.00");
  await page.locator("select[name=movement_basis]").selectOption("from closing to closing");
  await expect(moved("Expansion")).toContainText("3.00");
});

test("churn is a share of the customers that are chosen, and definitions that are no product's are called own", async ({ page }) => {
  await open(page);
  // Two at the start of February, of whom one leaves, and two who come.
  const rows = ["a,2025-01-03,", "b,2025-01-03,2025-02-11", "c,2025-02-05,", "d,2025-02-05,", "e,2025-03-02,"].map((row) => row + ",10,month");
  await load(page, "subscriptions.csv", ["customer,start,end,amount,interval", ...rows].join("\n"));
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-value", "0.5");
  await page.locator("select[name=customer_churn]").selectOption("start and new customers");
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-value", "0.25");
  await expect(page.locator("select[name=preset] option:checked")).toHaveText("Own");
  await page.locator("select[name=preset]").selectOption("keeprate");
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-value", "0.5");
});
