import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { D1 } from "./data";
import { card, choose, load, open, ready } from "./page";

test.use({ locale: "de-DE" });

/** The workbooks that the native tests of the reader use: an empty sheet, then four rows of MRR. */
const book = (kind: string) => readFileSync(`../../crates/workbook/tests/files/book.${kind}`);
const part = (page: Page) => page.locator(".import select[name=part]");

for (const kind of ["xlsx", "xls", "ods"]) {
  test(`a sheet of ${kind.toUpperCase()} is read by the types of its cells`, async ({ page }) => {
    await open(page);
    await load(page, `book.${kind}`, book(kind));
    await expect(part(page).locator("option:checked")).toHaveText("Umsatz");
    // A German reader, and 110.5 all the same: cells are numbers, not text.
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "190.50");
    await expect(page.getByTestId("rows")).toContainText("4 Zeilen, alle verwendet");
    // Sheet, shape and unit of amounts; what separates columns or decimals is no question where cells have types.
    await expect(page.locator(".understood select")).toHaveCount(3);
  });
}

test("another sheet is chosen, and one without a table says so", async ({ page }) => {
  await open(page);
  await load(page, "book.xlsx", book("xlsx"));
  await part(page).selectOption("Leer");
  await expect(page.locator(".trouble")).toHaveAttribute("data-code", "E-NO-TABLE");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "190.50");
  // The list is drawn anew: whoever used the keyboard is where the reason stands.
  await expect(page.locator(".trouble")).toBeFocused();
  // What is shown is still the other sheet, and its list says so.
  await expect(part(page).locator("option:checked")).toHaveText("Umsatz");
  await page.keyboard.press("Tab");
  await expect(page.locator(".trouble select[name=part]")).toBeFocused();
  await page.locator(".trouble select[name=part]").selectOption("Umsatz");
  await expect(page.locator(".trouble")).toHaveCount(0);
  await ready(page);
});

test("a compressed table is read as it is", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv.gz", gzipSync(D1));
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  await choose(page, "torn.csv.gz", gzipSync(D1).subarray(0, 60));
  await expect(page.locator(".trouble")).toContainText("torn.csv.gz");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

test("a large compressed table comes in many pieces", async ({ page }) => {
  await open(page);
  const rows = Array.from({ length: 150_000 }, (_, row) => `customer-${row % 5_000},2025-${String(1 + (row % 12)).padStart(2, "0")},10.00`);
  // Rows of one customer and month are summed.
  await load(page, "large.csv.gz", gzipSync(["customer,month,mrr", ...rows].join("\n")));
  await expect(page.getByTestId("rows")).toContainText("150.000 Zeilen");
});

test("an archive gives its tables to choose from", async ({ page }) => {
  await open(page);
  await load(page, "tables.zip", readFileSync("../../crates/workbook/tests/files/tables.zip"));
  await expect(part(page).locator("option")).toHaveText(["a.csv", "b.csv"]);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
  await part(page).selectOption("b.csv");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "7.00");
});
