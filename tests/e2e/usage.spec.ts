// A file of what users did: which events count, how many come back, and who.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { D3 } from "./data";
import { card, load, open, pickMonth } from "./page";

test("sign-ups and returns of the sheet's users", async ({ page }) => {
  await open(page);
  await load(page, "events.csv", D3);
  await expect(card(page, "signups")).toHaveAttribute("data-value", "5");
  await expect(card(page, "n_day_retention")).toHaveAttribute("data-value", "0.4");
  await expect(card(page, "rolling_retention")).toHaveAttribute("data-value", "0.8");
  await expect(card(page, "bracket_retention")).toHaveAttribute("data-value", "0.8");
  await expect(card(page, "churn_7d")).toHaveAttribute("data-value", "0.4");
  await expect(card(page, "activation_rate")).toContainText("needs an activation event");
  await expect(card(page, "nrr")).toHaveCount(0);
  // The curve as a table: on day 7 two of five came back.
  await page.locator("#retention").getByRole("button", { name: "Table" }).click();
  const seventh = page.locator("#retention tbody tr", { hasText: /^7/ });
  await expect(seventh.getByRole("cell").first()).toHaveText("5");
  await expect(seventh.getByRole("cell").nth(1)).toHaveText("2");
});

test("which events count can be chosen", async ({ page }) => {
  await open(page);
  await load(page, "events.csv", D3);
  await page.locator("select[name=signup_event]").selectOption("use");
  // u3 never used anything, and those who signed up are not counted before their first use.
  await expect(card(page, "signups")).toHaveAttribute("data-value", "4");
  await page.locator("select[name=signup_event]").selectOption("");
  await page.locator("select[name=activation_event]").selectOption("use");
  // u1, u2 and u4 used something within seven days; u5 did so on the eighth.
  await expect(card(page, "activation_rate")).toHaveAttribute("data-value", "0.6");
  await page.getByText("Onboarding steps", { exact: true }).click();
  await page.getByRole("checkbox", { name: "use" }).check();
  await expect(card(page, "onboarding_rate")).toHaveAttribute("data-value", "0.6");
  await expect(page.locator("#onboarding tbody tr")).toHaveText(/use.*3.*60/);
  await page.locator("input[name=brackets]").fill("0-6, 7-30");
  await page.locator("input[name=brackets]").blur();
  await page.locator("#brackets").getByRole("button", { name: "Table" }).click();
  await expect(page.locator("#brackets tbody th")).toHaveText(["0–6", "7–30"]);
  // What is no list of brackets leaves them as they were, and is said.
  await page.locator("input[name=brackets]").fill("0-7, 7-30");
  await page.locator("input[name=brackets]").blur();
  await expect(page.locator("#events")).toContainText("ascending, without overlap");
  await expect(page.locator("#brackets tbody th")).toHaveText(["0–6", "7–30"]);
});

test("users stand in cohorts and segments", async ({ page }) => {
  await open(page);
  await load(page, "events.csv", D3);
  await expect(page.locator("#cohorts tbody tr").first().locator("td.size")).toHaveText("5");
  await expect(page.locator("#segments tbody tr")).toHaveCount(2);
  await page.locator("select[name=segment]").selectOption({ label: "Pro" });
  await expect(card(page, "signups")).toHaveAttribute("data-value", "2");
  await pickMonth(page, "2025-01");
});

test("what users did is the same document as on the command line", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "keeprate-"));
  const file = join(folder, "events.csv");
  writeFileSync(file, D3);
  try {
    await open(page);
    await load(page, "events.csv", D3);
    await page.locator("select[name=against]").selectOption("nothing");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export JSON" }).click(),
    ]);
    const browser = readFileSync(await download.path()).toString();
    const program = process.env.KEEPRATE_CLI ?? "../../target/debug/keeprate";
    const native = execFileSync(program, ["report", file, "--segment", "plan", "--format", "json"]);
    expect(browser).toBe(native.toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const locale of ["de-DE", "en-GB"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });
      test("axe has nothing to say about usage", async ({ page }) => {
        await page.emulateMedia({ reducedMotion: "reduce" });
        await open(page);
        await load(page, "events.csv", D3);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
        expect(found).toEqual([]);
      });
    });
  }
}

test("internal users do not count, and steps may have to come in order", async ({ page }) => {
  await open(page);
  const rows = [
    "user,date,event",
    "a@own.example,2025-01-01,sign up",
    "a@own.example,2025-01-02,use",
    "a@own.example,2025-01-03,invite",
    "b@customer.example,2025-01-01,sign up",
    "b@customer.example,2025-01-02,invite",
    "b@customer.example,2025-01-03,use",
    "c@customer.example,2025-03-09,sign up",
  ];
  await load(page, "events.csv", rows.join("\n"));
  await page.locator("select[name=period]").selectOption("2025-01");
  await expect(card(page, "signups")).toHaveAttribute("data-value", "2");
  await page.locator("select[name=signup_event]").selectOption("sign up");
  await page.getByText("Onboarding steps", { exact: true }).click();
  for (const step of ["use", "invite"]) {
    await page.locator(".steps").getByLabel(step, { exact: true }).check();
  }
  await expect(card(page, "onboarding_rate")).toHaveAttribute("data-value", "1.0");
  // The one who invited before using it is not done.
  await page.getByLabel("use → invite: only in this order").check();
  await expect(card(page, "onboarding_rate")).toHaveAttribute("data-value", "0.5");
  await page.locator("input[name=excluded_domains]").fill("own.example");
  await page.locator("input[name=excluded_domains]").blur();
  await expect(card(page, "signups")).toHaveAttribute("data-value", "1");
  await expect(card(page, "onboarding_rate")).toHaveAttribute("data-value", "0.0");
});
