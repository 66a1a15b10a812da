import { expect, type Page, test } from "@playwright/test";
import { D1 } from "./data";
import { card, choose, load, open, ready } from "./page";

test.use({ locale: "en-GB" });

const columns = (page: Page) => page.locator("table.columns");
const field = (page: Page, header: string) => columns(page).getByLabel(`What the column ${header} holds`);

/** Two columns that could be MRR; the first one is taken. */
const TWO = "customer,month,mrr,planned\na,2025-01,10,11\nb,2025-01,20,22\na,2025-02,10,12\nb,2025-02,20,24\n";

test("a column is mapped by hand, remembered for files with the same columns, and left to the file again", async ({ page }) => {
  await open(page);
  await load(page, "two.csv", TWO);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
  await page.getByText("How the file was understood").click();
  await field(page, "planned").selectOption("mrr");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "36.00");
  await expect(field(page, "mrr")).toHaveValue("");
  await expect(field(page, "planned")).toHaveValue("mrr");

  await page.reload();
  await ready(page);
  await load(page, "later.csv", TWO + "c,2025-02,40,4\n");
  await expect(page.locator(".remembered")).toContainText("as you decided");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "40.00");
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(stored).not.toContain("later.csv");

  await page.getByRole("button", { name: "Decide anew from the file" }).click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "70.00");
  await expect(page.locator(".remembered")).toHaveCount(0);
  await load(page, "two.csv", TWO);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
});

test("each decision about a file is changed at once, and given back to the file", async ({ page }) => {
  await open(page);
  await load(page, "amounts.csv", "customer,month,mrr\na,2025-01,1.250\nb,2025-01,2.500\n");
  const decimal = page.locator(".understood select[name=decimal]");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "3.75");
  await decimal.selectOption("comma");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "3750.00");
  await expect(page.locator("label.chosen")).toHaveCount(1);
  await decimal.selectOption("as found in the file");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "3.75");
  await expect(page.locator("label.chosen")).toHaveCount(0);

  await page.locator(".understood select[name=delimiter]").selectOption("semicolon");
  await expect(page.locator(".trouble")).toHaveAttribute("data-code", /^E-/);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "3.75");
});

test("a date that can be read in two ways is asked for, with both readings side by side", async ({ page }) => {
  await open(page);
  await load(page, "dates.csv", "customer,month,mrr\na,03/01/2025,10\na,03/02/2025,20\n");
  const question = page.locator(".question");
  await expect(question).toContainText("Column B month can be read in two ways.");
  const dayFirst = question.getByRole("button", { name: "day before month" });
  const monthFirst = question.getByRole("button", { name: "month before day" });
  await expect(dayFirst).toContainText("03/01/2025 → 3 January 2025");
  await expect(monthFirst).toContainText("03/01/2025 → 1 March 2025");
  await expect(monthFirst).toHaveAttribute("aria-pressed", "true");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
  await dayFirst.click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "20.00");
  // What was decided is no question any more.
  await expect(question).toHaveCount(0);
});

test("scores that could be on several scales are asked for, and the answer is remembered", async ({ page }) => {
  await open(page);
  const grades = "Teilnehmer;Datum;Zufriedenheit\n" + [1, 2, 2, 6].map((grade, at) => `p${at};2025-01-0${at + 1};${grade}\n`).join("");
  await choose(page, "grades.csv", grades);
  const question = page.locator(".question");
  await expect(question).toContainText("On which scale are the scores of column C Zufriedenheit?");
  await expect(question.getByRole("button", { name: "satisfaction 1–7" })).toContainText("7 is best");
  await question.getByRole("button", { name: "school grades 1–6" }).click();
  await expect(card(page, "csat")).toHaveAttribute("data-value", "0.75");
  const scale = page.locator(".understood select[name=scale]");
  await expect(scale).toHaveValue("grade_6");
  await scale.selectOption("satisfaction 1–7");
  await expect(card(page, "csat")).toHaveAttribute("data-value", "0.25");
  await page.reload();
  await ready(page);
  await load(page, "later.csv", grades);
  await expect(card(page, "csat")).toHaveAttribute("data-value", "0.25");
});

test("the highest score is shown as what proves a scale", async ({ page }) => {
  await open(page);
  await load(page, "nps.csv", "respondent,date,nps\na,2025-01-01,0\nb,2025-01-02,10\nc,2025-01-03,9\n");
  const scale = page.locator(".understood select[name=scale]");
  await expect(scale).toHaveValue("nps");
  await expect(page.locator(".understood .chip:has(select[name=scale])")).toContainText("row 3 “10”");
});

test("prices that could be in cents are asked for, with both readings side by side", async ({ page }) => {
  await open(page);
  const file =
    "id,Customer ID,Status,Plan Amount,Plan Interval,Start (UTC),Created (UTC)\n" +
    "s1,a,active,4900,month,2025-01-01 00:00,2025-01-01 00:00\ns2,b,active,9900,month,2025-02-01 00:00,2025-02-01 00:00\n";
  await load(page, "plans.csv", file);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "49.00");
  const question = page.locator(".question");
  await expect(question.getByRole("button", { name: "amounts in cents" })).toContainText("4900 → 49.00");
  await question.getByRole("button", { name: "amounts as written" }).click();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "4900.00");
  await expect(question).toHaveCount(0);
});

test("what a word means is listed with its rows, said, and left to the file again", async ({ page }) => {
  await open(page);
  const file =
    "customer,start,amount,interval,status\na,2025-01-05,10,fortnight,seasonal\nb,2025-01-05,30,month,active\nc,2025-02-01,5,month,active\n";
  await load(page, "words.csv", file);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
  await page.getByText("How the file was understood").click();
  const meaning = (word: string) => page.getByLabel(`What “${word}” means`);
  await expect(meaning("fortnight")).toHaveValue("");
  await meaning("fortnight").selectOption("monthly");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "40.00");
  await meaning("seasonal").selectOption("never active");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
  await meaning("seasonal").selectOption("as found in the file");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "40.00");
});

test("a month that stands in two columns is left out of one of them", async ({ page }) => {
  await open(page);
  await choose(page, "twice.csv", "customer,2025-01,2025-01,2025-02\na,5,6,10\nb,1,1,2\n");
  await expect(page.locator(".trouble")).toHaveAttribute("data-code", "E-MONTH-DUP");
  await page.getByText("Read it in another way").click();
  await field(page, "2025-01 (2)").selectOption("Not used");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "12.00");
  await page.getByText("How the file was understood").click();
  await expect(field(page, "2025-01 (2)")).toHaveValue("");
});

test("numbers that stand for days count from 1904 where a person says so", async ({ page }) => {
  await open(page);
  await load(page, "serials.csv", "customer,month,mrr\na,44196,10\na,44227,20\n");
  const system = page.locator(".understood select[name=date_system]");
  await expect(system).toHaveValue("1900");
  await expect(page.locator(".understood .chip:has(select[name=date_system])")).toContainText("row 2 “44196”");
  await expect(page.locator("select[name=period]")).toHaveValue("2021-01");
  await system.selectOption("1904");
  await expect(page.locator("select[name=period]")).toHaveValue("2025-02");
});

test("text that was encoded twice is shown as it could be, and repaired", async ({ page }) => {
  await open(page);
  await load(page, "twice.csv", "Kunde;Monat;MRR;Stadt\na;2025-01;10,00;KÃ¶ln\nb;2025-01;20,00;KÃ¶ln\nc;2025-01;5,00;Bonn\n");
  const question = page.locator(".question");
  await expect(question.getByRole("button", { name: "encoding UTF-8 ×2" })).toContainText("KÃ¶ln → Köln");
  await expect(question.getByRole("button").first()).toHaveAttribute("aria-pressed", "true");
  await question.getByRole("button", { name: "encoding UTF-8 ×2" }).click();
  await expect(question).toHaveCount(0);
  await expect(page.locator("select[name=segment]")).toContainText("Köln");
  await page.locator(".understood select[name=encoding]").selectOption("as found in the file");
  await expect(page.locator("select[name=segment]")).toContainText("KÃ¶ln");
});

test("two decimal conventions in one column block until a person decides", async ({ page }) => {
  await open(page);
  await choose(page, "mixed.csv", D1.replace("80,00", "80.00"));
  const trouble = page.locator(".trouble");
  await expect(trouble).toHaveAttribute("data-code", "E-NUM-MIXED");
  const comma = trouble.getByRole("button", { name: "decimal comma" });
  await expect(comma).toContainText("80.00 → left out");
  await comma.click();
  await expect(page.locator(".understood")).toContainText("mixed.csv");
  await ready(page);
  await expect(page.getByTestId("rows")).toContainText("left out");
  await expect(trouble).toHaveCount(0);
});

test("a table with words of its own is assigned by hand", async ({ page }) => {
  await open(page);
  await choose(page, "own.csv", "Wer;Wann;Wieviel\nA;2025-01;100,00\nB;2025-01;80,00\nA;2025-02;110,00\n");
  const trouble = page.locator(".trouble");
  await expect(trouble).toHaveAttribute("data-code", "E-NO-HEADER");
  await trouble.getByText("Read it in another way").click();
  await trouble.locator("select[name=shape]").selectOption("mrr_long");
  await expect(trouble.locator("select[name=shape]")).toHaveValue("mrr_long");
  for (const [header, name] of [["Wer", "customer"], ["Wann", "month"], ["Wieviel", "mrr"]]) {
    await field(page, header).selectOption(name);
    if (name !== "mrr") {
      await expect(field(page, header)).toHaveValue(name);
      await expect(page.locator("main")).toHaveAttribute("data-state", "error");
    }
  }
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "110.00");
  await expect(page.locator(".understood")).toContainText("own.csv");
});

test("German readers are asked in German", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await choose(page, "eigene.csv", "Wer;Wann\nA;2025-01\n");
  await expect(page.locator(".trouble")).toContainText("Kunde");
  await load(page, "daten.csv", "Kunde;Monat;MRR\na;03/01/2025;10\na;03/02/2025;20\n");
  await expect(page.locator(".question")).toContainText("3. Januar 2025");
});

test("amounts in several currencies ask for their rates, one after the other, and keep them for such files", async ({ page }) => {
  await open(page);
  const header = "customer,month,mrr,currency\n";
  const rows = "a,2025-01,100,EUR\nb,2025-01,100,USD\nc,2025-01,10,GBP\n";
  await choose(page, "currencies.csv", header + rows);
  const trouble = page.locator(".trouble");
  await expect(trouble).toHaveAttribute("data-code", "E-CURRENCY-MIXED");
  const rate = (of: string) => page.getByLabel(`1 ${of} in EUR`);
  await rate("USD").fill("nothing");
  await rate("USD").blur();
  await expect(trouble).toContainText("A number above 0");
  await rate("USD").fill("0,5");
  await rate("USD").blur();
  await rate("GBP").fill("1.2");
  await rate("GBP").blur();
  // 100 + 50 + 12.
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "162.00");
  await expect(trouble).toHaveCount(0);
  await rate("USD").fill("1");
  await rate("USD").blur();
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "212.00");
  await load(page, "later.csv", header + rows + "d,2025-01,8,EUR\n");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "220.00");
});

test.describe("in Berlin", () => {
  test.use({ timezoneId: "Europe/Berlin" });

  test("instants fall into the months of this device's clocks, or of UTC", async ({ page }) => {
    await open(page);
    // The second customer's first minute was in March already, in Berlin.
    const changes = "customer,date,delta\na,2025-02-03,10\nb,2025-02-28T23:30:00Z,20\nc,2025-03-05,40\n";
    await load(page, "changes.csv", changes);
    const zone = page.locator(".understood select[name=time_zone]");
    await expect(zone.locator("option:checked")).toHaveText("Europe/Berlin");
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "10.00");
    await zone.selectOption("UTC");
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
    await zone.selectOption("as found in the file");
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "10.00");
    // A file that names no instant has no zone to choose.
    await load(page, "dates.csv", changes.replace("T23:30:00Z", ""));
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "30.00");
    await expect(zone).toHaveCount(0);
  });
});

for (const [locale, label, wrong, kept, whole] of [
  ["en-GB", "Year of the first month that names none", "A year from 1990 to 2100.", /keep a customer's last amount/, "A whole number from 0 to 12."],
  ["de-DE", "Jahr des ersten Monats ohne Jahr", "Ein Jahr von 1990 bis 2100.", /letzten Betrag eines Kunden behalten/, "Eine ganze Zahl von 0 bis 12."],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("months without a year are asked for it, and it can be changed", async ({ page }) => {
      await open(page);
      await choose(page, "bare.csv", "Kunde;Nov;Dez;Jan\nA;100,00;100,00;120,00\nB;50,00;-;-\n");
      const trouble = page.locator(".trouble");
      await expect(trouble).toContainText("Nov");
      const year = trouble.getByLabel(label);
      await year.fill("25");
      await year.blur();
      await expect(trouble).toContainText(wrong);
      await year.fill("2024");
      await year.blur();
      await ready(page);
      await expect(card(page, "mrr")).toHaveAttribute("data-value", "120.00");
      await expect(page.locator("select[name=period]")).toHaveValue("2025-01");
      // What was said stands beside the file and can be said anew.
      await page.locator(".import").getByLabel(label).fill("2023");
      await page.locator(".import").getByLabel(label).blur();
      await expect(page.locator("select[name=period]")).toHaveValue("2024-01");
    });

    test("months that a customer has no row for keep the last amount where a person says so", async ({ page }) => {
      await open(page);
      await load(page, "gaps.csv", "customer,month,mrr\na,2025-01,10\nb,2025-01,20\nb,2025-02,20\nc,2025-02,5\na,2025-03,10\nb,2025-03,20\n");
      await page.locator("select[name=period]").selectOption("2025-02");
      await expect(card(page, "mrr")).toHaveAttribute("data-value", "25.00");
      await page.locator(".import > details > summary").click();
      const gap = page.locator(".import").getByLabel(kept);
      await expect(gap).toHaveValue("0");
      await gap.fill("13");
      await gap.blur();
      await expect(page.locator(".import")).toContainText(whole);
      await gap.fill("1");
      await gap.blur();
      await expect(card(page, "mrr")).toHaveAttribute("data-value", "35.00");
      await expect(page.locator(".import")).toContainText("I-GAP-FILLED");
    });
  });
}
