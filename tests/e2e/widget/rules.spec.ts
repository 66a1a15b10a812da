import { expect, test } from "@playwright/test";
import { choose, embed, record, send, show, stopClock, thanked } from "./host";

test.use({ locale: "en-GB" });

const TALL = `<div style="height: 3000px"></div>`;

test("a survey waits for its moment: delay, scroll, exit, event, code", async ({ page }) => {
  await stopClock(page);
  const box = page.locator("#box");
  await embed(page, { attributes: `trigger="delay:5"` });
  await page.clock.runFor(4_000);
  await expect(box).toHaveCount(0);
  await page.clock.runFor(1_500);
  await expect(box).toBeVisible();

  await embed(page, { attributes: `trigger="scroll:50"`, after: TALL });
  await page.mouse.wheel(0, 300);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
  await expect(box).toHaveCount(0);
  await page.mouse.wheel(0, 1_200);
  await expect(box).toBeAttached();

  await embed(page, { attributes: `trigger="exit" place="popover"` });
  await page.mouse.move(200, 200);
  await expect(box).toHaveCount(0);
  await page.dispatchEvent("html", "mouseout", { clientY: 300 });
  await expect(box).toHaveCount(0);
  await page.dispatchEvent("html", "mouseout", { clientY: -1 });
  await expect(box).toBeVisible();

  await embed(page, { attributes: `trigger="event:invoice-paid"` });
  await expect(box).toHaveCount(0);
  await page.evaluate(() => document.dispatchEvent(new Event("invoice-paid")));
  await expect(box).toBeVisible();

  await embed(page, { attributes: `trigger="code"` });
  await expect(box).toHaveCount(0);
  expect(await show(page)).toBe("shown");
  await expect(box).toBeVisible();
});

test("dates, pages and samples are obstacles that code may learn and override", async ({ page }) => {
  await page.clock.setFixedTime("2026-11-21T12:00:00Z");
  for (const [attributes, expected] of [
    [`until="2026-11-20"`, "dates"],
    [`from="2026-11-22"`, "dates"],
    [`from="2026-11-21" until="2026-11-21"`, "shown"],
    [`pages="/app/*"`, "page"],
    [`pages="*host.html"`, "shown"],
    [`sample="0"`, "sample"],
    [`sample="100"`, "shown"],
  ]) {
    await embed(page, { attributes: `trigger="code" ${attributes}` });
    expect(await show(page), attributes).toBe(expected);
    expect(await show(page, { force: true })).toBe("shown");
    await expect(page.locator("#box")).toBeVisible();
  }
});

test("a person stays in or out of a sample, by customer without storage, else by a number kept here", async ({ page }) => {
  const results = async (attributes: string) => {
    await embed(page, { attributes: `trigger="code" sample="50" ${attributes}` });
    return show(page);
  };
  const customers = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => `customer="${name}"`);
  const first: string[] = [];
  for (const customer of customers) {
    first.push(await results(customer));
  }
  expect(new Set(first)).toEqual(new Set(["shown", "sample"]));
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await results(customers[3])).toBe(first[3]);
  const unnamed = await results("");
  for (let again = 0; again < 5; again++) {
    expect(await results("")).toBe(unnamed);
  }
});

test("after an answer and after a dismissal nobody is asked again for a while", async ({ page }) => {
  await page.clock.install({ time: "2026-11-21T12:00:00Z" });
  const popover = { attributes: `trigger="code" place="popover"` };
  await embed(page, popover);
  expect(await show(page)).toBe("shown");
  await page.locator("#close").click();
  await expect(page.locator("#box")).toHaveCount(0);
  expect(await show(page)).toBe("cool-down");
  await page.clock.setSystemTime("2026-12-21T11:00:00Z");
  await embed(page, popover);
  expect(await show(page)).toBe("cool-down");
  await page.clock.setSystemTime("2026-12-21T13:00:00Z");
  expect(await show(page)).toBe("shown");
  await choose(page, 9);
  await send(page);
  await thanked(page);
  await page.clock.setSystemTime("2027-03-20T13:00:00Z");
  await embed(page, popover);
  expect(await show(page)).toBe("cool-down");
  await embed(page, { attributes: `trigger="code" place="popover" cool-down="7"` });
  expect(await show(page)).toBe("shown");
});

test("a page's own storage is used instead of the browser's", async ({ page }) => {
  await embed(page, { attributes: `trigger="code" place="popover"` });
  await page.locator("keeprate-survey").evaluate((element: any) => {
    const kept = new Map<string, string>();
    element.storage = { getItem: (name: string) => kept.get(name), setItem: (name: string, text: string) => kept.set(name, text) };
  });
  expect(await show(page)).toBe("shown");
  await page.locator("#close").click();
  expect(await show(page)).toBe("cool-down");
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("a single-page app's next page may be the one to ask on", async ({ page }) => {
  await embed(page, { attributes: `pages="/app/*" place="popover"` });
  await expect(page.locator("#box")).toHaveCount(0);
  await page.evaluate(() => history.pushState(null, "", "/app/billing"));
  await expect(page.locator("#box")).toBeVisible();
});

test("only one tab asks", async ({ page, context }) => {
  const popover = { attributes: `place="popover"` };
  await embed(page, popover);
  await expect(page.locator("#box")).toBeVisible();
  const other = await context.newPage();
  await embed(other, { attributes: `place="popover" trigger="code"` });
  expect(await show(other)).toBe("other tab");
  await page.close();
  await expect.poll(() => show(other)).toBe("shown");
});

test("dismiss and reset, from code", async ({ page }) => {
  const events = await record(page);
  await embed(page);
  await choose(page, 3);
  await page.locator("keeprate-survey").evaluate((element: any) => element.dismiss());
  await expect(page.locator("#box")).toHaveCount(0);
  expect((await events()).map(([name]) => name)).toEqual(["shown", "change", "submit", "dismissed"]);
  await page.locator("keeprate-survey").evaluate((element: any) => element.reset());
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
  await expect(page.getByRole("radio")).toHaveCount(11);
});

test("a moved element keeps what was entered", async ({ page }) => {
  for (const place of ["inline", "modal", "popover"]) {
    await embed(page, { attributes: `place="${place}" cool-down="0"`, after: `<aside></aside>` });
    await choose(page, 3);
    await page.locator("#comment").fill("half a");
    await page.evaluate(() => document.querySelector("aside")!.append(document.querySelector("keeprate-survey")!));
    await expect(page.locator("aside #comment")).toHaveValue("half a");
    await expect(page.locator("aside #comment")).toBeInViewport();
    await expect(page.locator("#score3")).toBeChecked();
  }
});
