import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { ANSWERS, ANSWERS_CSV, D1, D4, HOSTILE, TURNED } from "./data";
import { card, choose, load, open, pickMonth, value } from "./page";

test.use({ locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });

const comments = (page: Page) => page.locator("#comments .comment");

async function loadJson(page: Page, answers: unknown, name = "answers.json"): Promise<void> {
  await load(page, name, JSON.stringify(answers));
}

test("D4 gives the score of the sheet with its margin, and no card of another family", async ({ page }) => {
  await open(page);
  await load(page, "d4.csv", D4);
  expect(await value(page, "nps")).toBe(0);
  await expect(card(page, "nps")).toContainText("n = 9");
  await expect(card(page, "nps")).toContainText("−50 to +50");
  await expect(page.locator("article[data-metric]")).toHaveCount(2);
  await expect(card(page, "survey_response_rate")).toContainText("needs invitations sent");
  for (const id of ["bridge", "trend", "movements", "cohorts", "survival", "comments"]) {
    await expect(page.locator(`#${id}`)).toHaveCount(0);
  }
  const row = page.locator('tr[data-segment="SMB"]');
  await expect(row.locator('[data-metric="nps"]')).toHaveText(/^−25.*−73 to \+44.*n < 5$/);
  await expect(row).toContainText("no provable difference");
  // One answer has no segment: too few to show.
  await expect(page.locator('tr[data-segment=""]')).toContainText("too little data");
});

for (const [what, reach] of [
  ["the exported CSV", (page: Page) => load(page, "answers.csv", ANSWERS_CSV)],
  ["JSON", (page: Page) => loadJson(page, ANSWERS)],
  ["JSON, one answer a line", (page: Page) =>
    load(page, "answers.json", ANSWERS.map((answer) => JSON.stringify(answer)).join("\n"))],
] as const) {
  test(`${what} opens: scores, distribution, trend, comments`, async ({ page }) => {
    await open(page);
    await reach(page);
    await expect(page.locator(".understood")).toContainText("answers to surveys");
    // July: two promoters, one passive, two detractors; one of two satisfied; nine of ten complete.
    expect(await value(page, "nps")).toBe(0);
    expect(await value(page, "csat")).toBe(0.5);
    await expect(card(page, "nps")).toContainText("margin of error ±");
    await expect(card(page, "survey_response_rate")).toHaveAttribute("data-value", "0.875");
    const distribution = page.locator("#distribution");
    await expect(distribution.locator(".legend").first()).toContainText("Promoters: 2 (40%)");
    await distribution.getByRole("button", { name: "Table" }).click();
    await expect(distribution.locator("tbody").first().locator("tr").last()).toHaveText("10Promoters120.0%");
    const scores = page.locator("#scores");
    await scores.getByRole("button", { name: "Table" }).click();
    await expect(scores.locator("tbody").first().locator("tr")).toHaveText([/^July 2026|^Q3 2026/, /^Q2 2026|^May/]);
    await expect(comments(page)).toHaveCount(6);
    await page.locator("#comments").getByRole("button", { name: "Promoters" }).click();
    await expect(comments(page)).toHaveText(["=1+1 is two"]);
    await pickMonth(page, "2026-05");
    await expect(comments(page)).toHaveText([/^Quick,\s+"simple" setup$/]);
    await expect(card(page, "csat")).toHaveAttribute("data-status", "undefined_zero_base");
  });
}

for (const [format, fixture] of [["csv", ANSWERS_CSV], ["json", JSON.stringify(ANSWERS, null, 2) + "\n"]] as const) {
  test(`what keeprate-responses.js saves as ${format} opens as it is`, async ({ page }) => {
    await page.goto("widget/");
    const collected = await page.evaluateHandle(async () => {
      const { collect } = await import(new URL("keeprate-responses.js", document.baseURI).href);
      return collect();
    });
    await collected.evaluate((_, answers) => {
      for (const detail of answers) document.dispatchEvent(new CustomEvent("keeprate-submit", { detail }));
    }, ANSWERS);
    await expect.poll(() => collected.evaluate((responses) => responses.count())).toBe(ANSWERS.length);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      collected.evaluate((responses, format) => responses.download(format), format),
    ]);
    const saved = readFileSync(await download.path()).toString();
    expect(saved).toBe(fixture);
    await open(page);
    await load(page, download.suggestedFilename(), saved);
    expect(await value(page, "nps")).toBe(0);
    await expect(card(page, "nps")).toContainText("margin of error ±");
    expect(await value(page, "csat")).toBe(0.5);
    for (const panel of ["distribution", "scores"]) await expect(page.locator(`#${panel}`)).toBeVisible();
    await expect(comments(page)).toHaveCount(6);
    await expect(comments(page)).toContainText(["A dark mode, please", "Friendly", TURNED, HOSTILE, "Fine", "=1+1 is two"]);
  });
}

test("a hostile comment stays text", async ({ page }) => {
  await open(page);
  await load(page, "answers.csv", ANSWERS_CSV);
  await page.locator("#comments").getByRole("button", { name: "Detractors" }).click();
  await expect(comments(page)).toHaveText([TURNED, HOSTILE]);
  await expect(page.locator("#comments img")).toHaveCount(0);
  await expect(page).toHaveTitle("Keeprate – SaaS retention");
  expect(await comments(page).first().evaluate((node) => getComputedStyle(node).unicodeBidi)).toBe("isolate");
});

test("other JSON is refused, and what was loaded stays", async ({ page }) => {
  await open(page);
  await load(page, "d4.csv", D4);
  for (const other of ['{"schema":"keeprate.report/1"}', "[]", "{", '[{"id":1}]']) {
    await choose(page, "other.json", other);
    await expect(page.locator(".trouble")).toContainText("other.json cannot be used.");
    await expect(page.locator(".trouble")).toContainText("This JSON is no list of answers");
    expect(await value(page, "nps")).toBe(0);
    await page.locator(".trouble").getByRole("button", { name: "Close" }).click();
  }
});

test("both languages say the same, and revenue follows on answers", async ({ page }) => {
  await open(page);
  await load(page, "answers.csv", ANSWERS_CSV);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("#distribution .legend").first()).toContainText("Promotoren: 2 (40 %)");
  await expect(page.locator("#scores h3")).toHaveText("Ergebnis im Zeitverlauf");
  await page.locator("#comments").getByRole("button", { name: "Kritiker" }).click();
  await expect(comments(page)).toHaveCount(2);
  await page.getByRole("button", { name: "English" }).click();
  await load(page, "d1.csv", D1);
  await expect(page.locator("#comments")).toHaveCount(0);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  await expect(card(page, "nps")).toHaveCount(0);
});

test("the proof of a score shows its formula with the numbers", async ({ page }) => {
  await open(page);
  await load(page, "d4.csv", D4);
  await card(page, "nps").getByRole("button").click();
  await expect(page.getByRole("dialog")).toContainText("100 × (4 − 4) ÷ 9 = 0");
});

test("a link carries the scores and no comment, and says what it leaves out", async ({ page }) => {
  await open(page);
  await load(page, "answers.csv", ANSWERS_CSV);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("neither distribution nor trend nor comments");
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog).toContainText("Copied.");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(Buffer.from(link.split("#/r/1")[1], "base64url").toString("latin1")).not.toMatch(/Friendly|cus_|onerror/);
  await page.goto("about:blank");
  await page.goto(link);
  await expect(card(page, "nps")).toHaveAttribute("data-value", "0.0");
  await expect(card(page, "csat")).toHaveAttribute("data-value", "0.5");
  await expect(page.locator("#trend")).toHaveCount(0);
});

for (const [name, content] of [["answers.csv", ANSWERS_CSV], ["answers.json", JSON.stringify(ANSWERS)]]) {
  test(`browser and command line give the same bytes for ${name}, without comments`, async ({ page }) => {
    const folder = mkdtempSync(join(tmpdir(), "keeprate-"));
    try {
      const file = join(folder, name);
      writeFileSync(file, content);
      await open(page);
      await load(page, name, content);
      await expect(page.locator("#segments")).toBeVisible();
      const column = await page.locator("#segments select").inputValue();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Export JSON" }).click(),
      ]);
      const browser = readFileSync(await download.path()).toString();
      const program = process.env.KEEPRATE_CLI ?? "../../target/debug/keeprate";
      const native = execFileSync(program, ["report", file, "--segment", column, "--format", "json"]);
      expect(browser).toBe(native.toString());
      for (const answer of ANSWERS.filter((answer) => answer.comment)) {
        expect(browser).not.toContain(JSON.stringify(answer.comment).slice(1, -1));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

for (const locale of ["de-DE", "en-GB"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });
      test("axe has nothing to say about answers", async ({ page }) => {
        await page.emulateMedia({ reducedMotion: "reduce" });
        await open(page);
        await load(page, "answers.csv", ANSWERS_CSV);
        await expect(comments(page)).toHaveCount(6);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
        expect(found).toEqual([]);
      });
    });
  }
}
