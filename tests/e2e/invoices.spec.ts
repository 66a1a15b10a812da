import { expect, test } from "@playwright/test";
import { card, load, open, ready } from "./page";

test.use({ locale: "en-GB" });

/** Five customers who pay 100 each month, three who pay 1,200 once a year, in three months of their own. */
function file(): string {
  const rows = ["customer,month,mrr"];
  for (let month = 0; month < 26; month++) {
    const name = `${2023 + Math.floor(month / 12)}-${String(1 + (month % 12)).padStart(2, "0")}`;
    for (let customer = 1; customer <= 5; customer++) rows.push(`monthly-${customer},${name},100`);
    for (const first of [1, 5, 9]) if (month % 12 === first) rows.push(`yearly-${first},${name},1200`);
  }
  return rows.join("\n");
}

test("invoices for a year are recognised, spread, and left as they stand again", async ({ page }) => {
  await open(page);
  await load(page, "invoices.csv", file());
  const notice = page.locator(".invoices");
  await expect(notice).toContainText("by the year: 3");
  // Invoices of months 1, 5, 9, 13, 17 and 21 have a month without one behind them; the one of month 25 ends the file.
  await expect(notice).toContainText("6 times as the file stands, 0 times");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "1700.00");
  await notice.getByRole("button", { name: "Spread them" }).click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "800.00");
  await notice.getByRole("button", { name: "Leave them" }).click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "1700.00");

  // Another file's invoices are another question.
  await notice.getByRole("button", { name: "Spread them" }).click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "800.00");
  await load(page, "again.csv", file());
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "1700.00");
  await ready(page);
});
