import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { D1, D7 } from "./data";
import { card, load, open, ready } from "./page";

/** Answers of the customers of D1: data set D4 (metrics.md 8.4). */
const D4 = `Befragter;Kunde;Datum;NPS
a1;A;2025-06-03;9
b1;B;2025-06-03;10
b2;B;2025-06-04;4
c1;C;2025-06-05;6
e1;E;2025-06-09;8
f1;F;2025-01-10;3
f1;F;2025-06-12;9
h1;H;2025-06-15;2
z1;Z;2025-06-20;10
d1;D;2025-06-21;0
`;

const CUSTOMERS = "Kunde;Land\nA;DE\nB;DE\nC;AT\nD;AT\nE;DE\nF;AT\nG;DE\nH;AT\n";

/** Four subscriptions: one is cancelled, one uses it less and criticises it, one is well, of one nothing is known. */
const SUBSCRIPTIONS = `customer,start,end,amount,interval,status
K1,2024-01-15,,100,month,active
K2,2024-01-15,,50,month,active
K3,2024-01-15,2025-07-15,30,month,active
K4,2024-01-15,,20,month,past due
`;
const ANSWERS = "customer,date,nps\nK1,2025-06-20,4\nK2,2025-06-20,10\n";
const day = (month: string) => (_: unknown, number: number) =>
  `u2,K2,2025-${month}-${String(number + 1).padStart(2, "0")},login`;
const EVENTS = [
  "user,customer,timestamp,event",
  ...["04", "05", "06"].flatMap((month) => Array.from({ length: 30 }, day(month))),
  ...[17, 18, 19, 20, 21, 22].map((date) => `u1,K1,2025-05-${date},login`),
].join("\n");

const file = (name: string, content: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
const joined = (page: Page) => page.getByTestId("joined");

async function add(page: Page, name: string, content: string): Promise<void> {
  await page.getByTestId("join").setInputFiles(file(name, content));
}

test.describe("in English", () => {
  test.use({ locale: "en-GB" });

  test("answers join billing by customer; who was not found is named and saved; the file can be taken out again", async ({ page }) => {
    await open(page);
    // The sample is not to be joined with anything.
    await expect(page.getByTestId("join")).toHaveCount(0);
    await load(page, "d1.csv", D1);
    await expect(card(page, "detractor_revenue_at_risk")).toHaveCount(0);
    await add(page, "d4.csv", D4);
    await expect(joined(page)).toContainText("7 of 8 in this file were found. It covers 7 of 8 customers.");
    await ready(page);
    // metrics.md detractor_revenue_at_risk.1, beside the figures of both files.
    await expect(card(page, "detractor_revenue_at_risk")).toHaveAttribute("data-value", "490.00");
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
    await expect(card(page, "nps")).toHaveAttribute("data-value", "0.0");

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save who was not found" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("d4-unmatched.csv");
    const saved = await readFile(await download.path(), "utf8");
    expect(saved).toBe("\ufefffile,customer\r\nd4.csv,Z\r\nd1.csv,G\r\n");

    await page.getByRole("button", { name: "Go on without this file" }).click();
    await expect(joined(page)).toHaveCount(0);
    await ready(page);
    await expect(card(page, "nps")).toHaveCount(0);
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  });

  test("revenue behind few answers says so", async ({ page }) => {
    await open(page);
    await load(page, "d1.csv", D1);
    // H alone answered: 40 of 820.
    await add(page, "h.csv", "Befragter;Kunde;Datum;NPS\nh1;H;2025-06-15;2\n");
    await ready(page);
    const risk = card(page, "detractor_revenue_at_risk");
    await expect(risk).toHaveAttribute("data-value", "40.00");
    await expect(risk.locator(".caution")).toHaveText("△ few customers answered");
    await risk.getByRole("button").click();
    await expect(page.getByRole("dialog")).toContainText("stand for less than 30 % of the MRR");
  });

  test("several files at once are joined in whatever order they come, and attributes tell customers apart", async ({ page }) => {
    await open(page);
    const files = [file("customers.csv", CUSTOMERS), file("d4.csv", D4), file("d1.csv", D1)];
    await page.getByTestId("file").setInputFiles(files);
    await expect(joined(page)).toHaveCount(2);
    await ready(page);
    await expect(page.locator(".understood").first()).toContainText("d1.csv");
    await expect(card(page, "detractor_revenue_at_risk")).toHaveAttribute("data-value", "490.00");
    await page.locator("#segments select[name=column]").selectOption("Land");
    await expect(page.locator("#segments tbody")).toContainText("AT");
    // C 200, F 150, H 40 of Austria.
    const austria = page.locator("#segments tbody tr", { hasText: "AT" });
    await expect(austria.locator("td[data-metric=mrr]")).toContainText("390");
  });

  test("a file that cannot be joined is refused, and the loaded ones stay joined; each can still be read otherwise", async ({ page }) => {
    await open(page);
    await load(page, "d1.csv", D1);
    await add(page, "d4.csv", D4);
    await expect(joined(page)).toHaveCount(1);
    await add(page, "d7.csv", D7);
    await expect(page.locator(".trouble")).toHaveAttribute("data-code", "E-JOIN-SECOND");
    await expect(joined(page)).toHaveCount(1);
    await page.getByRole("button", { name: "Close" }).click();
    // Respondents for customers: none of them is found.
    const companion = page.locator(".joined");
    await companion.getByText("How the file was understood").click();
    await companion.getByLabel("What the column Befragter holds").selectOption("customer");
    await expect(joined(page)).toContainText("0 of 9 in this file were found.");
    await ready(page);
    await companion.getByLabel("What the column Kunde holds").selectOption("customer");
    await expect(joined(page)).toContainText("7 of 8 in this file were found.");
  });

  test("customers at risk are listed with their reasons", async ({ page }) => {
    await open(page);
    const files = [file("events.csv", EVENTS), file("subscriptions.csv", SUBSCRIPTIONS), file("nps.csv", ANSWERS)];
    await page.getByTestId("file").setInputFiles(files);
    await expect(joined(page)).toHaveCount(2);
    await ready(page);
    // Cancelled counts as certain; 25 + 20 + 20 + 5 of 100 points; promoters who use it lose 5 for the renewal.
    const rows = page.locator("#risks table").nth(1).locator("tbody tr");
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText("leaving");
    await expect(rows.nth(1)).toContainText("70 / 100");
    await expect(rows.nth(1)).toContainText("40 days without activity +25 · usage down by 100.0% +20 · critical answer +20");
    await expect(rows.nth(2)).toContainText("K2");
  });
});

for (const [locale, companion, estimate, former] of [
  ["en-GB", "59.8% of MRR; 100.0% of it is of customers who answered", "estimate for all customers", "30 needed"],
  ["de-DE", "59,8\u00a0% des MRR; 100,0\u00a0% stammen von Kunden mit Antwort", "Schätzung für alle Kunden", "nötig für einen erwarteten Verlust: 30"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("the revenue behind detractors says its share, an estimate for all and what an expected loss would need", async ({ page }) => {
      await open(page);
      await load(page, "d1.csv", D1);
      await add(page, "d4.csv", D4);
      await ready(page);
      const risk = card(page, "detractor_revenue_at_risk");
      await expect(risk.locator(".companion")).toHaveText(companion);
      await risk.getByRole("button").click();
      const readings = page.getByRole("dialog").locator("tr");
      await expect(readings.filter({ hasText: estimate })).toContainText("490");
      await expect(readings.filter({ hasText: former }).locator("td")).toHaveText("0");
    });
  });
}

for (const locale of ["de-DE", "en-GB"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });
      test("axe has nothing to say about joined files", async ({ page }) => {
        await page.emulateMedia({ reducedMotion: "reduce" });
        await open(page);
        const files = [file("subscriptions.csv", SUBSCRIPTIONS), file("events.csv", EVENTS), file("nps.csv", ANSWERS)];
        await page.getByTestId("file").setInputFiles(files);
        await expect(page.locator("#risks")).toBeVisible();
        await ready(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
        expect(found).toEqual([]);
      });
    });
  }
}
