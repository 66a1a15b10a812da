import { expect, test } from "@playwright/test";
import { open } from "./page";

test.use({ locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });

test("the preview is the real survey, and what is chosen is in it, in the lines and in the address", async ({ page }) => {
  await open(page, "#/survey");
  const survey = page.locator("keeprate-survey");
  await expect(survey.getByRole("radio")).toHaveCount(11);
  await page.getByLabel("Kind").selectOption("csat");
  await expect(survey.getByRole("radio")).toHaveCount(5);
  await page.getByText("Words", { exact: true }).click();
  await page.getByLabel("Question", { exact: true }).fill('How "good" was it?');
  await expect(survey).toContainText('How "good" was it?');
  await expect(page.getByTestId("snippet")).toContainText('question="How &quot;good&quot; was it?"');
  await expect(page).toHaveURL(/#\/survey\?kind=csat&question=How%20%22good%22%20was%20it%3F$/);

  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByLabel("Question", { exact: true })).toHaveValue('How "good" was it?');
  await expect(survey).toContainText('How "good" was it?');
  await expect(survey.getByRole("radio")).toHaveCount(5);
});

test("the preview stores and sends nothing", async ({ page }) => {
  const loaded = page.waitForResponse(/documents\.wasm/);
  await open(page, "#/survey?endpoint=https%3A%2F%2Fcollector.invalid%2Fv1%2Fresponses&sample=0&trigger=code");
  const survey = page.locator("keeprate-survey");
  await expect(survey.getByRole("radio")).toHaveCount(11);
  await loaded;
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await survey.getByRole("radio", { name: "9" }).check();
  await survey.getByRole("button", { name: "Send" }).click();
  await expect(survey).toContainText("Thank you");
  expect(requests).toEqual([]);
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  await page.getByRole("button", { name: "Begin anew" }).click();
  await expect(survey.getByRole("radio", { name: "9" })).not.toBeChecked();
});

for (const [way, line] of [
  ["HTML", '<script type="module" src="'],
  ["React", 'import "keeprate-survey";'],
  ["Vue", "<template>"],
  ["iframe", "<iframe"],
  ["Link", "/survey/?kind=nps"],
] as const) {
  test(`the lines for ${way} are copied as they stand`, async ({ page }) => {
    await open(page, "#/survey?survey=onboarding");
    await page.getByRole("button", { name: way, exact: true }).click();
    await expect(page.getByTestId("snippet")).toContainText(line);
    await expect(page.getByTestId("snippet")).toContainText("onboarding");
    await page.getByRole("button", { name: "Copy lines" }).click();
    await expect(page.getByText("Copied.")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.getByTestId("snippet").textContent());
  });
}

test("the lines for HTML ask the question on a page of their own", async ({ page, baseURL }) => {
  await open(page, "#/survey?kind=ces&locale=de");
  const lines = await page.getByTestId("snippet").textContent();
  await page.route("**/own.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html>${lines}` }));
  await page.goto(new URL("own.html", baseURL).href);
  await expect(page.locator("keeprate-survey").getByRole("radio")).toHaveCount(7);
});

test("an accent colour is on the preview's button, and on that of a page with the lines", async ({ page, baseURL }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  const filled = async () => {
    const survey = page.locator("keeprate-survey");
    await survey.getByRole("radio", { name: "9" }).check();
    return survey.getByRole("button", { name: "Send" }).evaluate((button) => getComputedStyle(button).backgroundColor);
  };
  await open(page, "#/survey?theme=light");
  const usual = await filled();
  // Red can be read on white as it is: its contrast is 7.5.
  await page.getByLabel("Accent colour").fill("#a3231a");
  await expect(page).toHaveURL(/accent=%23a3231a/);
  await expect.poll(filled).toBe("rgb(163, 35, 26)");
  const lines = await page.getByTestId("snippet").textContent();
  await expect(page.locator(".policy")).toContainText("style-src-attr");
  await page.getByLabel("Accent colour").fill("#245a8d");
  await expect.poll(filled).toBe(usual);
  await expect(page.getByTestId("snippet")).not.toContainText("accent");
  expect(complaints).toEqual([]);
  await page.route("**/own.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html>${lines}` }));
  await page.goto(new URL("own.html", baseURL).href);
  await expect.poll(filled).toBe("rgb(163, 35, 26)");
  await page.goto("./survey/?survey=a&theme=light&accent=%23a3231a");
  await expect.poll(filled).toBe("rgb(163, 35, 26)");
});

test("the policy names what the page must allow", async ({ page }) => {
  await open(page, "#/survey?endpoint=https%3A%2F%2Fcollector.example%2Fv1%2Fresponses");
  await expect(page.locator(".policy")).toContainText("'wasm-unsafe-eval'");
  await expect(page.locator(".policy")).toContainText("https://collector.example");
});

test("a German reader builds a German survey", async ({ browser }) => {
  const page = await (await browser.newContext({ locale: "de-DE" })).newPage();
  await open(page, "#/survey");
  await expect(page.locator("h1")).toHaveText("Kunden fragen");
  await expect(page.locator("keeprate-survey")).toContainText("Wie wahrscheinlich");
  await expect(page.locator("main")).not.toContainText(/\b(Preview|Place|Question)\b/);
});
