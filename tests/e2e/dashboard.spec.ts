import { expect, test } from "@playwright/test";
import { D1 } from "./data";
import { card, load, open, pickMonth, value } from "./page";

test.use({ locale: "en-GB" });

test("the sample is there at once, marked as such, with every card filled", async ({ page }) => {
  await open(page);
  await expect(page.locator(".sample-chip")).toContainText("Sample");
  await expect(page.locator("article[data-metric]")).toHaveCount(24);
  for (const key of ["nrr", "grr", "customer_retention_rate", "mrr", "arr", "quick_ratio", "cltv_simple", "cltv_discounted", "cltv_survival", "cohort_logo_retention", "forecast"]) {
    await expect(card(page, key)).toHaveAttribute("data-status", "ok");
  }
  for (const id of ["bridge", "trend", "movements", "survival", "forecast", "assumptions", "cohorts", "segments"]) {
    await expect(page.locator(`#${id}`)).toBeVisible();
  }
});

test("months, grids and comparisons change the figures", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await expect(card(page, "customer_retention_rate")).toHaveAttribute("data-value", /^0\.857142/);

  await pickMonth(page, "2025-03");
  await expect(card(page, "customer_retention_rate")).toHaveAttribute("data-value", /^0\.714285/);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "800.00");
  await expect(card(page, "mrr")).toContainText("−€220.00 vs. February 2025");

  await page.locator("select[name=every]").selectOption("quarter");
  await expect(card(page, "nrr")).toHaveAttribute("data-status", "no_prior_period");
  await pickMonth(page, "2025-06");
  // The second quarter: 800 at the start; C and H fall, G comes and goes, F is back, nobody leaves.
  await expect(card(page, "grr")).toHaveAttribute("data-value", "0.8375");

  await page.locator("select[name=against]").selectOption("nothing");
  await expect(page.locator(".delta")).toHaveCount(0);
});

test("a segment restricts every figure", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await page.locator("select[name=segment]").selectOption({ label: "SMB" });
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "270.00");
  await page.locator("select[name=segment]").selectOption({ index: 0 });
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

test("what was chosen stays for the next file as far as that allows it", async ({ page }) => {
  const rows = ["2025-01", "2025-02", "2025-03", "2025-04"].map((month) => `a,${month},1.250\n` + (month < "2025-04" ? `b,${month},1.250\n` : ""));
  const [file, longer] = [["customer,month,mrr\n", ...rows].join(""), ["customer,month,mrr\n", ...rows, "a,2025-05,1.250\n"].join("")];
  await open(page);
  await page.locator("select[name=every]").selectOption("quarter");
  await load(page, "four.csv", file);
  await expect(page.locator("select[name=every]")).toHaveValue("quarter");
  await expect(card(page, "customer_retention_rate")).toHaveAttribute("data-value", "0.5");
  await page.locator("select[name=every]").selectOption("month");
  await pickMonth(page, "2025-03");
  await expect(card(page, "customer_retention_rate")).toHaveAttribute("data-value", "1.0");
  // The same file in another reading keeps the month, another one begins with its last.
  await page.locator(".import > details > summary").click();
  const decimal = page.locator(".understood select[name=decimal]");
  await decimal.selectOption("comma");
  await expect(decimal.locator("xpath=ancestor::label[contains(@class, 'chosen')]")).toHaveCount(1);
  await expect(page.locator("select[name=period]")).toHaveValue("2025-03");
  await load(page, "five.csv", longer);
  await expect(page.locator("select[name=period]")).toHaveValue("2025-05");
});

test("segments stand side by side", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  const row = page.locator('tr[data-segment="SMB"]');
  await expect(row).toContainText("25.0%");
  await expect(row.locator('[data-metric="mrr"]')).toHaveText("€270.00");
});

test("a figure opens its proof: formula, numbers, definition, left-out rows", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await card(page, "customer_churn_rate").getByRole("button").click();
  const proof = page.getByRole("dialog");
  await expect(proof).toContainText("lost customers ÷ customers at start");
  await expect(proof).toContainText("1 ÷ 7 = 14.3%");
  await expect(proof).toContainText("No row was left out.");
  await page.keyboard.press("Escape");
  await expect(proof).toBeHidden();
  await card(page, "mrr").getByRole("button").click();
  await expect(proof).toContainText("€850.00 + €0.00 + €0.00 + €30.00 − €0.00 − €60.00 = €820.00");
});

for (const [locale, few, fewer, sentence, estimate] of [
  ["en-GB", "n < 30", "fewer customers than asked for", "Rests on fewer than 30 observations", "estimate"],
  ["de-DE", "n < 30", "weniger Kunden als gefragt", "Beruht auf weniger als 30 Beobachtungen", "Schätzung"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("what is to be borne in mind stands on the card, and says why in its proof", async ({ page }) => {
      await open(page);
      await load(page, "d1.csv", D1);
      // Seven customers at the start of June; six at its end, where the ten largest are asked for.
      await expect(card(page, "customer_churn_rate").locator(".caution")).toHaveText(`△ ${few}`);
      await expect(card(page, "revenue_concentration").locator(".caution")).toHaveText(`△ ${fewer} · ${few}`);
      await expect(card(page, "churn_rate_convert").locator(".caution")).toContainText(estimate);
      await expect(card(page, "mrr").locator(".caution")).toHaveCount(0);
      await card(page, "customer_churn_rate").getByRole("button").click();
      await expect(page.getByRole("dialog").locator("dd.caution")).toContainText(sentence);
    });
  });
}

test("charts have their tables, and the bridge closes", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  const bridge = page.locator("#bridge");
  await bridge.getByRole("button", { name: "Table" }).click();
  await expect(bridge.locator("tbody tr")).toHaveText([
    /MRR at start€850.007/, /New€0.000/, /Reactivation€0.000/, /Expansion€30.001/, /Contraction€0.000/, /Churn€60.001/,
    /MRR at end€820.006/,
  ]);
  const survival = page.locator("#survival");
  await survival.getByRole("button", { name: "Table" }).click();
  await expect(survival.locator("tbody tr")).toHaveCount(1);
});

test("arrow keys walk through the cohort table and each cell speaks a sentence", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  const first = page.locator('#cohorts td[data-row="0"][data-column="0"]');
  await first.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator('#cohorts td[data-row="0"][data-column="2"]')).toBeFocused();
  const spoken = "January 2025, month 2: 4 of 6, 66.7%";
  await expect(page.locator(":focus")).toHaveAttribute("aria-label", spoken);
  await page.getByRole("button", { name: "Count", exact: true }).click();
  await expect(page.locator('#cohorts td[data-row="0"]')).toHaveText(["6", "6", "4", "4", "5", "5"]);
});

for (const [locale, spoken, note] of [
  ["en-GB", "January 2025, month 1: no data", "–: no data, the file does not have this month."],
  ["de-DE", "Januar 2025, Monat 1: keine Daten", "–: keine Daten, der Monat fehlt in der Datei."],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("a month that the file lacks is no cell of zeros", async ({ page }) => {
      await open(page);
      await load(page, "lacking.csv", "customer,month,mrr\nA,2025-01,10\nB,2025-01,10\nA,2025-03,10\nA,2025-04,20\n");
      const cells = page.locator('#cohorts td[data-row="0"]');
      await expect(cells).toHaveText([/^100/, "–", /^50/, /^50/]);
      await cells.nth(0).focus();
      await page.keyboard.press("ArrowRight");
      await expect(page.locator(":focus")).toHaveAttribute("aria-label", spoken);
      await expect(page.locator("#cohorts")).toContainText(note);
      await expect(page.locator("#cohorts tfoot td").nth(2)).toHaveText("–");
    });
  });
}

test("a chart is read with the keyboard as with the pointer", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await page.locator("#trend svg").focus();
  await page.keyboard.press("End");
  await expect(page.locator("#trend .read-out")).toContainText("June 2025MRR €820.00Customers 6");
  const chart = page.locator("#movements svg");
  const { width } = (await chart.boundingBox())!;
  await chart.hover({ position: { x: width - 40, y: 100 } });
  await expect(page.locator("#movements .read-out")).toContainText("June 2025Expansion +€30.00Churn −€60.00");
});

test("language and theme are switched by hand and remembered", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page).toHaveTitle(/SaaS-Kundenbindung/);
  await expect(card(page, "customer_retention_rate")).toContainText("Kundenbindung");
  await page.getByRole("button", { name: "Dunkel" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(card(page, "nrr")).toContainText(/\d,\d/);
});

test("NRR looks back as far as there are months and says so", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  expect(await value(page, "nrr")).toBeCloseTo(740 / 920, 9);
  await expect(card(page, "nrr")).toContainText("5 months to June 2025; last month alone 96.5%");
  await expect(card(page, "nrr")).toContainText("Target > 100%");
});

test("speed is told by performance entries", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await pickMonth(page, "2025-05");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "850.00");
  const names = await page.evaluate(() => performance.getEntriesByType("measure").map((entry) => entry.name));
  expect(new Set(names)).toEqual(new Set(["keeprate:read", "keeprate:open", "keeprate:report"]));
});

test("no section shows figures of the data before beside the new cards", async ({ page }) => {
  await open(page);
  // Whenever the page changes, while the new cards are there: which sections are seen, and for which months.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const state = document.querySelector("main")!.getAttribute("data-state");
      if (document.querySelector('[data-metric="mrr"]')?.getAttribute("data-value") === "820.00") {
        for (const section of document.querySelectorAll<HTMLElement>(".panels section")) {
          if (section.checkVisibility()) {
            const note = section.querySelector("tfoot") ? section.querySelector("tbody th")! : section.querySelector(".note")!;
            seen.push(`${state} ${section.id}: ${note.textContent}`);
          }
        }
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await load(page, "d1.csv", D1);
  const seen: string[] = await page.evaluate(() => Reflect.get(window, "seen"));
  const shown = (state: string) => new Set(seen.filter((line) => line.startsWith(state)).map((line) => line.slice(state.length + 1)));
  const all = [
    "bridge: EUR · June 2025",
    "trend: EUR · Jan 25 to Jun 25",
    "movements: EUR · Jan 25 to Jun 25",
    "survival: Share of customers still there, with 95 % band",
    "forecast: An extrapolation at constant rates, no prediction",
    "assumptions: No file says them, and the value of a customer rests on them",
    "cohorts: Jan 25*",
    "segments: June 2025; segment as at the start of the period",
  ];
  expect(shown("ready")).toEqual(new Set(all));
  for (const line of shown("reading")) {
    expect(all).toContain(line);
  }
});

test("a gross margin makes revenue a contribution", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  await expect(card(page, "cltv_discounted")).toContainText("needs a gross margin");
  const revenue = await value(page, "cltv_simple");
  await page.getByLabel("Gross margin, %").fill("80");
  await page.getByLabel("Gross margin, %").blur();
  await expect.poll(() => value(page, "cltv_simple")).toBeCloseTo(revenue * 0.8, 1);
  await expect(card(page, "cltv_discounted")).toHaveAttribute("data-status", "ok");
  await page.getByLabel("Gross margin, %").fill("180");
  await page.getByLabel("Gross margin, %").blur();
  await expect(page.locator("#assumptions")).toContainText("0 to 100");
  await expect(card(page, "cltv_discounted")).toHaveAttribute("data-status", "ok");
});

test("a hidden tab is drawn to its end as well", async ({ page }) => {
  await page.addInitScript(() => (window.requestAnimationFrame = () => 0));
  await open(page);
  await load(page, "d1.csv", D1);
  await expect(page.locator("#segments")).toBeVisible();
  expect(await page.evaluate(() => performance.getEntriesByName("keeprate:open").length)).toBeGreaterThan(0);
});

for (const width of [320, 360, 1280]) {
  test(`nothing but tables in their frames scrolls sideways at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const hash of ["", "#/calc", "#/calc/nrr", "#/glossary"]) {
      await open(page, hash);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, hash).toBeLessThanOrEqual(0);
    }
  });
}
