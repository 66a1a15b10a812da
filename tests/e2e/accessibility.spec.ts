import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { D1 } from "./data";
import { card, choose, load, open } from "./page";

// Each screen and state, as one reaches it.
const screens: [string, (page: Page) => Promise<void>][] = [
  ["dashboard with the sample", (page) => open(page)],
  [
    "dashboard with own data, tables open",
    async (page) => {
      await open(page);
      await load(page, "d1.csv", D1);
      for (const id of ["bridge", "trend", "movements", "survival"]) {
        await page.locator(`#${id} .panel-controls button`).last().click();
      }
      await page.locator(".import summary").click();
    },
  ],
  [
    "file that can be read in two ways, columns open",
    async (page) => {
      await open(page);
      await load(page, "two.csv", "customer,date,amount\na,03/04/2025,1.234\nb,05/06/2025,2.500\n");
      await page.locator(".import summary").click();
      await expect(page.locator(".question")).toHaveCount(2);
    },
  ],
  [
    "refused file",
    async (page) => {
      await open(page);
      await choose(page, "broken.csv", D1.replace("80,00", "80.00"));
      await expect(page.locator(".trouble")).toBeVisible();
      await page.locator(".trouble summary").first().click();
    },
  ],
  [
    "proof",
    async (page) => {
      await open(page);
      await card(page, "nrr").getByRole("button").click();
    },
  ],
  [
    "sharing",
    async (page) => {
      await open(page);
      await page.locator(".controls-actions button").first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  ],
  ["calculators", (page) => open(page, "#/calc")],
  ["calculator", (page) => open(page, "#/calc/crr")],
  ["calculator with a wrong entry", (page) => open(page, "#/calc/crr?start=x&lost=1")],
  [
    "survey builder",
    async (page) => {
      await open(page, "#/survey?kind=csat&symbols=stars");
      await expect(page.locator("keeprate-survey").getByRole("radio")).toHaveCount(5);
    },
  ],
  ["glossary", (page) => open(page, "#/glossary")],
  ["damaged link", (page) => open(page, "#/r/1abc")],
  ["unknown page", (page) => open(page, "#/nowhere")],
];

for (const locale of ["de-DE", "en-GB"]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });
      for (const [name, reach] of screens) {
        test(`axe has nothing to say: ${name}`, async ({ page }) => {
          await page.emulateMedia({ reducedMotion: "reduce" });
          await reach(page);
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
          expect(found).toEqual([]);
        });
      }
    });
  }
}

test("the whole page works by keyboard", async ({ page }) => {
  await open(page);
  await page.locator("body").press("Tab");
  await expect(page.locator(".brand")).toBeFocused();
  await card(page, "grr").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card(page, "grr").getByRole("button")).toBeFocused();
});
