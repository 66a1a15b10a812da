import { expect, test } from "@playwright/test";
import { choose, collect, embed, record, send, serve, thanked } from "./host";

test.use({ locale: "en-GB" });

test("an answer is one request with what the page said, and events in order", async ({ page }) => {
  const answers = await collect(page);
  const events = await record(page);
  await embed(page, {
    attributes: `kind="nps" product="Acme" endpoint="v1/responses" customer="cus_1" segment="DE" data-plan="team"`,
  });
  const box = page.locator("#box");
  await expect(box.getByRole("group", { name: "How likely are you to recommend Acme to a friend or colleague?" })).toBeVisible();
  await expect(box.getByRole("radio")).toHaveCount(11);
  await expect(box.getByRole("radio", { name: "0 Not at all likely" })).toBeVisible();
  await expect(box.getByRole("radio", { name: "10 Extremely likely" })).toBeVisible();
  await expect(page.locator("#send")).toHaveCount(0);
  expect(answers).toEqual([]);

  await choose(page, 9);
  await send(page, "  Quick “replies”\nand a \\ stroke ");
  await thanked(page);
  await expect.poll(() => answers.length).toBe(1);
  const [answer] = answers;
  expect(answer).toEqual({
    schema: "keeprate.response/1",
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    survey: "onboarding",
    kind: "nps",
    scale: { min: 0, max: 10 },
    score: 9,
    comment: "Quick “replies”\nand a \\ stroke",
    answered_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    shown_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    locale: "en",
    customer: "cus_1",
    segment: "DE",
    meta: { plan: "team" },
    partial: false,
    widget: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
  // The identifier begins with the time in milliseconds, so that answers sort by it.
  const made = parseInt(answer.id.slice(0, 8) + answer.id.slice(9, 13), 16);
  expect(Math.abs(Date.now() - made)).toBeLessThan(60_000);
  await expect.poll(async () => (await events()).map(([name]) => name)).toEqual([
    "shown",
    "change",
    "change",
    "submit",
    "delivered",
  ]);
  const [, [, first], , [, submitted], [, delivered]] = await events();
  expect(first).toEqual({ survey: "onboarding", score: 9, comment: "" });
  expect(submitted).toEqual(answer);
  expect(delivered).toEqual({ response: answer, status: 201 });
});

test("without an endpoint the page gets the answer and nothing is requested or stored", async ({ page, context }) => {
  const events = await record(page);
  await embed(page, { attributes: `kind="csat"` });
  await expect(page.getByRole("radio")).toHaveCount(5);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await choose(page, 2);
  await expect(page.locator("#asked")).toHaveText("What should we improve first?");
  await send(page);
  await thanked(page);
  const [, detail] = (await events()).find(([name]) => name === "submit")!;
  expect(detail).toMatchObject({ kind: "csat", score: 2, scale: { min: 1, max: 5 }, partial: false, meta: {} });
  expect(detail).not.toHaveProperty("comment");
  expect(detail).not.toHaveProperty("page");
  expect(requests).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
});

test("a page that cancels the answer keeps it", async ({ page }) => {
  const answers = await collect(page);
  await embed(page, { attributes: `endpoint="v1/responses"` });
  await page.evaluate(() => document.addEventListener("keeprate-submit", (event) => event.preventDefault(), { once: true }));
  await choose(page, 3);
  await send(page, "first");
  await expect(page.locator("#send")).toHaveAttribute("aria-disabled", "false");
  await expect(page.locator("#comment")).toHaveValue("first");
  expect(answers).toEqual([]);
  await send(page, "second");
  await thanked(page);
  await expect.poll(() => answers.map(({ comment }) => comment)).toEqual(["second"]);
});

// Kind and scale, score, group's question, group's thank-you.
const groups: [string, number, string, string][] = [
  [`kind="nps"`, 6, "Detractor?", "T detractor"],
  [`kind="nps"`, 7, "What could we do better?", "T all"],
  [`kind="nps"`, 9, "What do you like best?", "T all"],
  [`kind="csat" symbols="stars"`, 3, "What should we improve first?", "T all"],
  [`kind="csat" symbols="faces"`, 4, "What do you like best?", "T all"],
  [`kind="ces"`, 4, "What made it difficult?", "T all"],
  [`kind="ces"`, 5, "Easy with Acme?", "T all"],
  [`kind="ces" scale="5"`, 3, "What made it difficult?", "T all"],
];
for (const [kind, score, question, thanks] of groups) {
  test(`the question after a score is its group's: ${kind} ${score}`, async ({ page }) => {
    await embed(page, {
      attributes: `${kind} product="Acme" follow-up-detractor="Detractor?" follow-up-easy="Easy with {product}?"
        thanks="T all" thanks-detractor="T detractor" link-detractor="https://help.example/" link="javascript:alert(1)"`,
    });
    await choose(page, score);
    await expect(page.getByRole("textbox", { name: question })).toBeVisible();
    await send(page);
    await expect(page.locator("#status strong")).toHaveText(thanks);
    // An address that is a script is no address.
    await expect(page.locator("#status a")).toHaveCount(thanks === "T detractor" ? 1 : 0);
  });
}

test("what is written stays when the score changes, and no follow-up is asked where none is wanted", async ({ page }) => {
  await embed(page, { attributes: `kind="nps" follow-up-passive=""` });
  await choose(page, 2);
  await page.locator("#comment").fill("Slow on Mondays");
  await choose(page, 10);
  await expect(page.locator("#asked")).toHaveText("What do you like best?");
  await expect(page.locator("#comment")).toHaveValue("Slow on Mondays");
  await choose(page, 8);
  await expect(page.locator("#comment")).toHaveCount(0);
  await expect(page.locator("#send")).toBeVisible();
});

test("an open question wants a word, at most 4,000 characters", async ({ page }) => {
  const events = await record(page);
  await embed(page, { attributes: `kind="text" product="Acme" consent="We read it." privacy="/privacy"` });
  await expect(page.getByRole("textbox", { name: "What would you like to see from Acme?" })).toBeVisible();
  await expect(page.getByText("We read it.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Privacy notice" })).toHaveAttribute("href", "/privacy");
  await send(page, "  ");
  await expect(page.getByRole("status")).toHaveText("Please write an answer.");
  await expect(page.locator("#comment")).toBeFocused();
  await page.locator("#comment").fill("");
  await page.locator("#comment").pressSequentially("x");
  await page.locator("#comment").evaluate((field: HTMLTextAreaElement) => (field.value = "ä".repeat(5_000)));
  await send(page);
  await thanked(page);
  const [, detail] = (await events()).find(([name]) => name === "submit")!;
  expect(detail.comment).toBe("ä".repeat(4_000));
  expect(detail).not.toHaveProperty("score");
});

test("German comes from the page, other languages from messages", async ({ page }) => {
  await embed(page, { attributes: `product="Acme"`, language: "de-AT" });
  await expect(page.locator("legend")).toHaveText("Wie wahrscheinlich ist es, dass Sie Acme weiterempfehlen?");
  await choose(page, 1);
  await expect(page.getByRole("button", { name: "Absenden" })).toBeVisible();
  await page.locator("keeprate-survey").evaluate((element: any) => {
    element.config = {
      locale: "fr",
      messages: { question: "Recommanderiez-vous {product} ?", low: "Non", high: "Oui", followUp: "Pourquoi ?", send: "Envoyer" },
      data: { plan: "team" },
    };
  });
  await expect(page.locator("legend")).toHaveText("Recommanderiez-vous Acme ?");
  // What was chosen stays.
  await expect(page.getByRole("radio", { name: "1", exact: true })).toBeChecked();
  await expect(page.getByRole("button", { name: "Envoyer" })).toBeVisible();
  await expect(page.locator("#box")).toHaveAttribute("lang", "fr");
});

test("a definition comes as JSON or from an address, and attributes win over it", async ({ page }) => {
  await page.route("**/survey.json", (route) => route.fulfill({ json: { kind: "csat", product: "Far", symbols: "stars" } }));
  await embed(page, { attributes: `config="survey.json" product="Near"` });
  await expect(page.locator("legend")).toHaveText("How satisfied are you with Near?");
  await expect(page.locator("svg")).toHaveCount(5);
  await page.locator("keeprate-survey").evaluate((element: any) => element.setAttribute("config", '{"kind":"ces","scale":5}'));
  await expect(page.getByRole("radio")).toHaveCount(5);
  await expect(page.locator("legend")).toHaveText("With Near it was easy to do what I wanted to do.");
  const complaint = page.waitForEvent("console", (message) => message.type() === "warning");
  await page.locator("keeprate-survey").evaluate((element: any) => (element.config = "{broken"));
  expect((await complaint).text()).toContain("keeprate-survey: config:");
  await expect(page.getByRole("radio")).toHaveCount(5);
});

test("properties mirror attributes, also those set before the script came", async ({ page }) => {
  await embed(page, {
    before: `<p id="late"></p>`,
    head: `<script>addEventListener("DOMContentLoaded", () => {
      const early = document.createElement("keeprate-survey");
      Object.assign(early, { survey: "early", kind: "csat", product: "Early", config: { high: "Best" } });
      document.querySelector("#late").append(early);
    })</script>`,
  });
  const early = page.locator("#late keeprate-survey");
  await expect(early.locator("legend")).toHaveText("How satisfied are you with Early?");
  await expect(early.locator("#ends")).toContainText("Best");
  expect(await early.getAttribute("survey")).toBe("early");
  await early.evaluate((element: any) => {
    element.pageAddress = true;
    element.product = null;
  });
  await expect(early.locator("legend")).toHaveText("How satisfied are you with us?");
  expect(await early.evaluate((element: any) => [element.pageAddress, element.product])).toEqual(["", null]);
});

test("the page's address is sent only if asked for", async ({ page }) => {
  const events = await record(page);
  await embed(page, { attributes: "page-address" });
  await choose(page, 5);
  await send(page);
  await thanked(page);
  const [, detail] = (await events()).find(([name]) => name === "submit")!;
  expect(detail.page).toBe(page.url());
});

test("two copies of the script do no harm, another version is named", async ({ page }) => {
  const warnings: string[] = [];
  page.on("console", (message) => warnings.push(message.text()));
  await embed(page, { after: `<script type="module" src="widget/keeprate-survey.js?copy"></script>` });
  await expect(page.locator("legend")).toBeVisible();
  expect(warnings).toEqual([]);
  await serve(page, {
    head: `<script>customElements.define("keeprate-survey", class extends HTMLElement { static version = "9.9.9" })</script>`,
  });
  const warned = page.waitForEvent("console");
  await page.goto("host.html");
  expect((await warned).text()).toMatch(/^keeprate-survey \d+\.\d+\.\d+: this page already has version 9\.9\.9 and keeps it$/);
});
