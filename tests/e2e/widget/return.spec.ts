import { expect, test } from "@playwright/test";
import config from "../playwright.config";
import { choose, collect, embed, listen, record, send, thanked } from "./host";

// Playwright turns the cache of left pages off, unless it is told not to.
test.use({
  locale: "en-GB",
  launchOptions: { ...config.use!.launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] },
});

test("a page that comes back as it was left goes on where the person was", async ({ page, context }) => {
  const answers = await collect(context);
  const events = await record(page);
  await embed(page, { attributes: `endpoint="v1/responses"` });
  await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => ((window as any).persisted = persisted)));
  await choose(page, 6);
  await page.locator("#comment").fill("half a thought");
  const elsewhere = await listen((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>Elsewhere</title>");
  });
  await page.goto(elsewhere.address);
  // A page that comes back does not load.
  await page.goBack({ waitUntil: "commit" });
  elsewhere.close();
  await expect.poll(() => page.evaluate(() => (window as any).persisted)).toBe(true);
  await expect(page.locator("#score6")).toBeChecked();
  await expect(page.locator("#comment")).toHaveValue("half a thought");
  await choose(page, 7);
  await send(page, "a whole one");
  await thanked(page);
  await expect.poll(() => answers.find(({ partial }) => !partial)?.comment).toBe("a whole one");
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect((await events()).filter(([name]) => name === "shown").length).toBe(1);
});
