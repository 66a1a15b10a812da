import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { load, open } from "./page";

/** The files of the import's own tests, with what each of them gives (crates/ingest/tests/corpus.rs). */
const FOLDER = join(import.meta.dirname, "../../crates/ingest/tests/corpus");

/** The browser opens spreadsheets, which these are not; the library reads tables alone. */
const OF_CONTAINERS = new Map([["workbook_xlsx", "E-CONTAINER"], ["workbook_xls", "E-CONTAINER"]]);

/** Known exports, with what a row of each is (metrics.md 5.4). */
const EXPORTS = [
  ["baremetrics_subscriptions", "subscriptions"],
  ["chargebee_subscriptions", "subscriptions"],
  ["chartmogul_line_items_joined", "transactions"],
  ["delighted", "survey"],
  ["formbricks", "survey"],
  ["google_forms_de", "survey"],
  ["paddle_transactions", "transactions"],
  ["paypal_de", "transactions"],
  ["paypal_en", "transactions"],
  ["qualtrics", "survey"],
  ["recurly_subscriptions", "subscriptions"],
  ["shopify_orders", "transactions"],
  ["stripe_mrr_per_subscriber", "mrr_wide"],
  ["stripe_payments", "transactions"],
  ["surveymonkey", "survey"],
  ["typeform", "survey"],
];

interface Expected {
  file: string;
  language: string;
  /** What a row is, or the code that stops the import. */
  result: string;
  accepted: number;
  leftOut: number;
}

async function table(): Promise<Expected[]> {
  const text = await readFile(join(FOLDER, "expected.csv"), "utf8");
  // No cell before the findings has a comma of its own.
  return text.trim().split("\n").slice(1).map((line) => {
    const [file, language, result, , accepted, leftOut] = line.split(",");
    return { file, language, result, accepted: Number(accepted), leftOut: Number(leftOut) };
  });
}

for (const [language, locale] of [["en", "en-GB"], ["de", "de-DE"]]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("each file of the corpus gives in the browser what it gives in the library", async ({ page }) => {
      test.setTimeout(240_000);
      await open(page);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      const files = (await table()).filter((expected) => (expected.language || "en") === language);
      expect(files.length).toBeGreaterThan(3);
      const found: string[] = [];
      const wanted: string[] = [];
      for (const { file, result, accepted, leftOut } of files) {
        const name = `${file}.csv`;
        const buffer = await readFile(join(FOLDER, name));
        await page.getByTestId("file").setInputFiles({ name, mimeType: "text/csv", buffer });
        await expect(page.locator(".import .understood b, .trouble-title").filter({ hasText: name })).toBeVisible();
        const refused = await page.locator(".trouble").count();
        if (refused) {
          found.push(`${file} ${await page.locator(".trouble").getAttribute("data-code")}`);
        } else {
          const shape = await page.locator(".understood select[name=shape]").inputValue();
          const rows = (await page.getByTestId("rows").innerText()).match(/\d[\d.,]*(?= )/g) ?? [];
          found.push(`${file} ${shape} ${rows.map((count) => count.replace(/[.,]/g, "")).join(" ")}`);
        }
        const code = OF_CONTAINERS.get(file) ?? result;
        wanted.push(code.startsWith("E-") ? `${file} ${code}` : `${file} ${result} ${accepted}${leftOut ? ` ${leftOut}` : ""}`);
      }
      expect(found).toEqual(wanted);
      expect(errors).toEqual([]);
    });
  });
}

test("each known export opens as what it is, with figures", async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  for (const [file, shape] of EXPORTS) {
    const buffer = await readFile(join(FOLDER, "../profiles", `${file}.csv`));
    await load(page, `${file}.csv`, buffer);
    await expect(page.locator(".understood select[name=shape]"), file).toHaveValue(shape);
    await expect(page.locator(".trouble"), file).toHaveCount(0);
    await expect(page.locator("article[data-metric][data-status=ok]").first(), file).toBeVisible();
  }
});
