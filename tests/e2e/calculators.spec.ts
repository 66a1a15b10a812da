import { expect, test } from "@playwright/test";
import { card, open } from "./page";

test.use({ locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });

// The source documents' worked examples (metrics.md 2.1), as the calculators are prefilled.
const examples: [string, string, string, string][] = [
  ["crr", "customer_retention_rate", "0.95", "95.0%"],
  ["account-retention", "account_retention_rate", "1.05", "105.0%"],
  ["churn", "customer_churn_rate", "0.05", "5.0%"],
  ["nrr", "nrr", "1.1", "110.0%"],
  ["grr", "grr", "0.9", "90.0%"],
  ["revenue-churn", "revenue_churn", "0.05", "5.0%"],
  ["cltv", "cltv_historic", "1500.00", "€1,500.00"],
  ["cltv-churn", "cltv_simple", "1600.00", "€1,600.00"],
  ["cac", "cac", "2000.00", "€2,000.00"],
  ["ltv-cac", "ltv_cac", "3.2", "3.20"],
  ["cac-payback", "cac_payback", "5.0", "5.0"],
  ["nps", "nps", "45.0", "+45"],
  ["csat", "csat", "", "69.2%"],
  ["ces", "ces", "0.46", "46.0%"],
  // The definition sheet's own examples.
  ["churn-year", "churn_rate_convert", "", "46.0%"],
  ["renewal", "renewal_rate", "0.8", "80.0%"],
  ["activation", "activation_rate", "0.37", "37.0%"],
  ["n-day", "n_day_retention", "0.5", "50.0%"],
  ["rolling", "rolling_retention", "0.8", "80.0%"],
  ["mrr", "mrr", "950.00", "€950.00"],
  ["quick-ratio", "quick_ratio", "3.4", "3.40"],
  ["cltv-discounted", "cltv_discounted", "1390.93", "€1,390.93"],
  ["rule-of-40", "rule_of_40", "0.4", "40.0%"],
  ["magic-number", "magic_number", "1.0", "1.00"],
  ["burn-multiple", "burn_multiple", "2.0", "2.00"],
  ["response-rate", "survey_response_rate", "0.37", "37.0%"],
  ["nps-change", "feedback_trend", "34.0", "+34"],
  ["forecast-mrr", "forecast", "13229.25", "€13,229.25"],
  ["sensitivity", "sensitivity", "7234.97", "€7,234.97"],
];
for (const [name, key, raw, shown] of examples) {
  test(`${name} shows the worked example`, async ({ page }) => {
    await open(page, `#/calc/${name}`);
    await expect(card(page, key)).toHaveAttribute("data-status", "ok");
    await expect(card(page, key).locator(".card-value")).toContainText(shown);
    if (raw !== "") {
      await expect(card(page, key)).toHaveAttribute("data-value", raw);
    }
  });
}

test("90 % does not meet a target of more than 90 %, 110 % meets more than 100 %", async ({ page }) => {
  await open(page, "#/calc/grr");
  await expect(card(page, "grr")).toContainText("Target > 90% missed");
  await open(page, "#/calc/nrr");
  await expect(card(page, "nrr")).toContainText("Target > 100% met");
});

test("the result follows each keystroke, and the link holds the inputs", async ({ page }) => {
  await open(page, "#/calc/nrr?start=1000&churn=100&expansion=200&contraction=50");
  await expect(card(page, "nrr")).toHaveAttribute("data-value", "1.05");
  await page.getByLabel("churned MRR").fill("150");
  await expect(card(page, "nrr")).toHaveAttribute("data-value", "1.0");
  await expect(page.locator(".formula").nth(1)).toContainText("(€1,000.00 + €200.00 − €50.00 − €150.00) ÷ €1,000.00");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("#/calc/nrr?start=1000&expansion=200&contraction=50&churn=150");
  await page.goto("about:blank");
  await page.goto(link);
  await expect(card(page, "nrr")).toHaveAttribute("data-value", "1.0");
});

for (const [link, key, word, sentence] of [
  ["crr?start=100&lost=5&new=10&end=106", "customer_retention_rate", "does not add up", "Start − lost + new does not give the end."],
  ["cltv-churn?arpa=10&churn=1", "cltv_simple", "beyond 60 months", "The lifetime is beyond 60 months"],
] as const) {
  test(`a calculator says of its figure what the dashboard would: ${word}`, async ({ page }) => {
    await open(page, `#/calc/${link}`);
    await expect(card(page, key).locator(".caution")).toContainText(word);
    await expect(page.locator(".calculator-result dd.caution").first()).toContainText(sentence);
  });
}

test("German entry works in German", async ({ page }) => {
  await open(page, "#/calc/cltv");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByLabel("mittlerer Jahresumsatz").fill("1.234,50");
  await page.getByLabel("Lebensdauer in Jahren").fill("2,5");
  await expect(card(page, "cltv_historic")).toHaveAttribute("data-value", "3086.25");
  await expect(card(page, "cltv_historic")).toContainText("3.086,25");
});

test("an entry that is no number says so beside it", async ({ page }) => {
  await open(page, "#/calc/churn");
  await page.getByLabel("lost customers").fill("five");
  await expect(page.getByText("This is not a number.")).toBeVisible();
  await page.getByLabel("lost customers").fill("500");
  await expect(page.getByText("These numbers cannot stand together")).toBeVisible();
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-status", "error");
});

test("customers that do not add up are pointed out", async ({ page }) => {
  await open(page, "#/calc/crr?start=6&lost=1&new=2&end=6");
  await expect(page.getByText("does not give the end")).toBeVisible();
});

test("all calculators are reached from their page, terms from the glossary", async ({ page }) => {
  await open(page, "#/calc");
  await expect(page.locator(".calculator-list a")).toHaveCount(45);
  await page.getByRole("link", { name: /CAC payback/ }).click();
  await expect(page.locator("h1")).toHaveText("CAC payback");
  await open(page, "#/glossary");
  await page.getByLabel("Search").fill("umsatzbindung");
  await expect(page.locator(".glossary article")).toHaveCount(2);
});

test("an unknown calculator leads back", async ({ page }) => {
  await open(page, "#/calc/nonsense");
  await expect(page.locator("h1")).toHaveText("There is no such page.");
});
