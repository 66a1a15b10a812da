import { expect, test } from "@playwright/test";
import { choose, clean, collect, send, stopClock, thanked } from "./host";

test.use({ locale: "en-GB" });

const ENDPOINT = "endpoint=/v1/responses";

test("a link asks, and the answer has what the link says", async ({ page }) => {
  const answers = await collect(page);
  await page.goto(`survey/?${ENDPOINT}&survey=mail&kind=csat&symbols=stars&product=Acme&customer=cus_1&data-plan=team`);
  await expect(page).toHaveTitle("Survey: Acme");
  await expect(page.locator("legend")).toHaveText("How satisfied are you with Acme?");
  await choose(page, 4);
  await send(page, "by mail");
  await thanked(page);
  await expect.poll(() => answers.length).toBe(1);
  expect(answers[0]).toMatchObject({
    survey: "mail",
    kind: "csat",
    score: 4,
    comment: "by mail",
    customer: "cus_1",
    meta: { plan: "team" },
    locale: "en-GB",
  });
  expect(answers[0]).not.toHaveProperty("page");
});

test("a score in the link is chosen and never sent by itself", async ({ page }) => {
  await stopClock(page);
  const answers = await collect(page);
  const address = `survey/?${ENDPOINT}&survey=mail&score=9`;
  await page.goto(address);
  await expect(page.locator("#score9")).toBeChecked();
  await expect(page.locator("#asked")).toHaveText("What do you like best?");
  await page.clock.runFor(60_000);
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  await page.locator("#comment").fill("half a thought");
  await page.reload();
  await expect(page.locator("#score9")).toBeChecked();
  expect(answers).toEqual([]);
  await send(page, "meant");
  await thanked(page);
  await expect.poll(() => answers.length).toBe(1);
  expect(answers[0]).toMatchObject({ score: 9, comment: "meant", partial: false });

  for (const score of ["11", "-1", "x", ""]) {
    await page.goto(`survey/?survey=mail&score=${score}`);
    await expect(page.locator("#row")).toBeVisible();
    await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
  }
});

for (const [locale, query, expected] of [
  ["en-GB", "", ["en", "How likely are you to recommend us to a friend or colleague?", "Preview: this link names no address for answers, so nothing is sent."]],
  ["de-AT", "", ["de", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", "Vorschau: Dieser Link nennt keine Adresse für Antworten, es wird nichts gesendet."]],
  ["en-GB", "&locale=de", ["de", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", "Vorschau: Dieser Link nennt keine Adresse für Antworten, es wird nichts gesendet."]],
  ["de-DE", "&locale=en", ["en", "How likely are you to recommend us to a friend or colleague?", "Preview: this link names no address for answers, so nothing is sent."]],
] as const) {
  test.describe(() => {
    test.use({ locale });
    test(`the page speaks the language of the browser, or of the link: ${locale}${query}`, async ({ page }) => {
      await page.goto(`survey/?survey=mail${query}`);
      await expect(page.locator("legend")).toHaveText(expected[1]);
      await expect(page.locator("#message")).toHaveText(expected[2]);
      await expect(page.locator("html")).toHaveAttribute("lang", expected[0]);
    });
  });
}

test("who opens a link sees where the answer goes, unless it stays here", async ({ page, baseURL }) => {
  for (const [query, expected] of [
    [ENDPOINT, ""],
    [`endpoint=${baseURL}v1/responses`, ""],
    ["endpoint=https://collector.example/v1/responses", "Your answer goes to collector.example."],
  ]) {
    await page.goto(`survey/?survey=mail&${query}`);
    await expect(page.locator("#row")).toBeVisible();
    await expect(page.locator("#message")).toHaveText(expected);
  }
});

for (const [name, query] of [
  ["survey", "kind=nps"],
  ["endpoint", "survey=mail&endpoint=javascript:alert(1)"],
  ["endpoint", "survey=mail&endpoint=data:text/plain,ok"],
  ["endpoint", "survey=mail&endpoint=ftp://collector.example/"],
  ["endpoint", "survey=mail&endpoint=http://["],
  ["link", "survey=mail&link=JavaScript:alert(1)"],
  ["link-promoter", "survey=mail&link-promoter=java%0ascript:alert(1)"],
  ["privacy", "survey=mail&privacy=%01javascript:alert(1)"],
  ["privacy", "survey=mail&privacy=data:text/html,x"],
  ["origin", "survey=mail&origin=*"],
  ["origin", "survey=mail&origin=https://app.example/path"],
  ["page", "survey=mail&page=http://["],
]) {
  test(`a link that would lead astray is refused by name: ${query}`, async ({ page }) => {
    const answers = await collect(page);
    await page.goto(`survey/?${query}`);
    await expect(page.locator("#message")).toHaveText(
      `This link is incomplete or damaged: ${name}. Please tell whoever sent it to you.`,
    );
    await expect(page.locator("keeprate-survey")).toHaveCount(0);
    expect(answers).toEqual([]);
  });
}

test("what a link holds is text, and what is not known does nothing", async ({ page }) => {
  const errors: string[] = [];
  const warnings: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  const odd = encodeURIComponent(`<img src=x onerror=alert(1)>"'\u0000$&`);
  await page.goto(
    `survey/?survey=mail&product=${odd}&thanks=${odd}&onclick=alert(1)&style=x&id=x&class=x&is=x&config={}&data-%22=x&utm_source=a` +
      `&accent=${encodeURIComponent("url(https://tracker.example/)")}&radius=1px;color:red&theme=${odd}&kind=${odd}&place=modal#score=3`,
  );
  await expect(page.locator("h1")).toContainText("<img src=x onerror=alert(1)>");
  await expect(page.locator("img")).toHaveCount(0);
  const names = await page.locator("keeprate-survey").evaluate((element) => element.getAttributeNames());
  expect(names.sort()).toEqual(["cool-down", "cool-down-dismissed", "kind", "locale", "product", "score", "survey", "thanks", "trigger"]);
  expect(await page.evaluate(() => document.documentElement.style.length)).toBe(0);
  await expect(page.locator("#score3")).toBeChecked();
  await send(page);
  await expect(page.locator("#status strong")).toContainText("<img src=x");
  expect(errors).toEqual([]);
  expect(warnings).toEqual(['keeprate survey: not known and ignored: onclick, style, id, class, is, config, data-", utm_source']);
});

test("a survey that is over, or cannot be loaded, says so", async ({ page }) => {
  await page.goto("survey/?survey=mail&until=2020-01-01");
  await expect(page.locator("#message")).toHaveText("This survey is not open at the moment.");
  await clean(page, "over");
  await page.route("**/widget/keeprate-survey.js", (route) => route.abort());
  await page.goto("survey/?survey=mail&locale=de");
  await expect(page.locator("#message")).toHaveText(
    "Diese Umfrage konnte nicht geladen werden. Bitte versuchen Sie es später noch einmal.",
  );
});

for (const [kind, score] of [["nps", 9], ["csat&symbols=faces", 2], ["text", 0]] as const) {
  test(`axe has nothing to say about the hosted page: ${kind}`, async ({ page }) => {
    await collect(page, 0);
    await page.goto(`survey/?${ENDPOINT}&survey=mail&product=Acme&locale=de&privacy=/privacy&kind=${kind}&storage=none`);
    await expect(page.locator("#box")).toBeVisible();
    await clean(page, "question");
    if (score > 0) {
      await choose(page, score);
      await clean(page, "chosen");
    }
    await send(page, "Ein Wort");
    await expect(page.locator("#status.error")).toBeVisible();
    await clean(page, "error");
    await page.locator("keeprate-survey").evaluate((element) => element.removeAttribute("storage"));
    await send(page);
    await thanked(page);
    await clean(page, "thanks");
    await page.goto("survey/");
    await expect(page.locator("#message")).toBeVisible();
    await clean(page, "damaged");
  });
}

for (const width of [320, 390, 1280]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the page fits and goes by its theme: ${width} px, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 700 });
      for (const theme of ["auto", "light", "dark"]) {
        await page.goto(`survey/?survey=mail&score=6&locale=de&theme=${theme}&product=${"Donaudampfschifffahrt".repeat(4)}`);
        await expect(page.locator("#send")).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const dark = theme === "dark" || (theme === "auto" && colorScheme === "dark");
        await expect(page.locator("html")).toHaveCSS("background-color", dark ? "rgb(18, 22, 26)" : "rgb(250, 250, 248)");
        await expect(page.locator("#box")).toHaveCSS("background-color", dark ? "rgb(28, 33, 38)" : "rgb(255, 255, 255)");
      }
    });
  }
}
