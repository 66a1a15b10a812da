import { expect, test } from "@playwright/test";
import { collect, embedAcross, listen, record } from "./host";

test.use({ locale: "en-GB" });

const STRICT = "default-src 'none'; style-src 'none'; ";
/** Forbids fetching, allows the frame. */
const FRAMED = `${STRICT}script-src HOST 'wasm-unsafe-eval'; frame-src HOST`;

test("a policy that forbids fetching gets the survey in a frame, whose answer arrives", async ({ page, baseURL }) => {
  const lines: string[] = [];
  page.on("console", (message) => message.type() === "warning" && lines.push(message.text()));
  const events = await record(page);
  const answers = await collect(page);
  const address = await embedAcross(page, baseURL!, {
    attributes: `product="Ünïcödé 😀" endpoint="${baseURL}v1/responses" customer="cus_1" data-plan="team" page-address pages="/host*"`,
    policy: FRAMED,
    language: "de",
  });
  const survey = page.frameLocator("#frame");
  await expect(survey.locator("legend")).toHaveText("Wie wahrscheinlich ist es, dass Sie Ünïcödé 😀 weiterempfehlen?");
  await expect(page.locator("#frame")).toHaveAttribute("title", "Umfrage: Ünïcödé 😀");
  await survey.locator("label:has(#score9)").click();
  await survey.locator("#comment").fill("im Rahmen");
  await survey.locator("#send").click();
  await expect(survey.locator("#status strong")).toBeVisible();
  await expect
    .poll(async () => (await events()).map(([name]) => name))
    .toEqual(["shown", "change", "change", "submit", "delivered"]);
  expect(answers.length).toBe(1);
  expect(answers[0]).toMatchObject({ score: 9, comment: "im Rahmen", customer: "cus_1", meta: { plan: "team" }, locale: "de", page: address });
  expect((await events())[3][1]).toEqual(answers[0]);
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain("keeprate-survey runs without WebAssembly: ");
});

test("the frame is as tall as what it holds", async ({ page, baseURL }) => {
  await embedAcross(page, baseURL!, { policy: FRAMED });
  const survey = page.frameLocator("#frame");
  const missing = () => survey.locator("main").evaluate((main) => main.getBoundingClientRect().height - innerHeight);
  await expect.poll(missing).toBeLessThanOrEqual(0);
  await survey.locator("label:has(#score9)").click();
  await expect(survey.locator("#send")).toBeVisible();
  await expect.poll(missing).toBeLessThanOrEqual(0);
});

for (const place of ["inline", "bar"]) {
  test(`every value in a frame is large enough and visible at 320 px: ${place}`, async ({ page, baseURL }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await embedAcross(page, baseURL!, { policy: FRAMED, attributes: `place="${place}"`, language: "de" });
    const survey = page.frameLocator("#frame");
    await expect(survey.locator("#row")).toBeVisible();
    await expect(survey.locator("#row label")).toHaveCount(11);
    const [inner, targets] = await survey.locator("#row label").evaluateAll((labels) => [
      innerWidth,
      labels.map((label) => {
        const { left, right, width, height } = label.getBoundingClientRect();
        return { left, right, width, height };
      }),
    ] as const);
    for (const { left, right, width, height } of targets) {
      expect(width).toBeGreaterThanOrEqual(44);
      expect(height).toBeGreaterThanOrEqual(44);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(inner);
    }
  });
}

for (const [name, policy, framed] of [
  ["WebAssembly", "script-src HOST; connect-src HOST; frame-src HOST", false],
  ["WebAssembly, with a nonce", "script-src 'nonce-abc'; connect-src HOST; frame-src HOST", false],
  ["fetching and frames", "script-src HOST 'wasm-unsafe-eval'", false],
  ["fetching, with a nonce", "script-src 'nonce-abc' 'wasm-unsafe-eval'; frame-src HOST", true],
] as const) {
  test(`a policy that forbids ${name} gets a survey ${framed ? "in a frame" : "without one"}`, async ({ page, baseURL }) => {
    const events = await record(page);
    await embedAcross(page, baseURL!, { policy: STRICT + policy, nonce: "abc" });
    const survey = framed ? page.frameLocator("#frame") : page;
    await survey.locator("label:has(#score9)").click();
    await survey.locator("#send").click();
    await expect(survey.locator("#status strong")).toBeVisible();
    await expect.poll(async () => (await events()).map(([name]) => name)).toEqual(["shown", "change", "submit"]);
    await expect(page.locator("#frame")).toHaveCount(framed ? 1 : 0);
  });
}

test("a policy that only reports changes nothing", async ({ page, baseURL }) => {
  const lines: string[] = [];
  page.on("console", (message) => message.type() === "warning" && lines.push(message.text()));
  await embedAcross(page, baseURL!, { policy: `${STRICT}script-src 'none'`, reportOnly: true });
  await expect(page.locator("legend")).toBeVisible();
  await expect(page.locator("#frame")).toHaveCount(0);
  expect(lines.filter((line) => line.includes("keeprate"))).toEqual([]);
});

for (const place of ["popover", "bar", "modal"]) {
  test(`a ${place} in a frame waits for its moment, is left by Escape or the page, and stays away`, async ({ page, baseURL }) => {
    const events = await record(page);
    await embedAcross(page, baseURL!, { policy: FRAMED, attributes: `place="${place}" trigger="event:go" locale="de"` });
    await expect(page.locator("#box")).toHaveCount(0);
    const element = page.locator("keeprate-survey");
    await element.evaluate((element: any) => element.whenReady);
    // The element listens once its first turn is over.
    await expect(async () => {
      await page.evaluate(() => document.dispatchEvent(new Event("go")));
      await expect(page.locator("#frame")).toHaveCount(1, { timeout: 1_000 });
    }).toPass();
    await expect(page.locator("#box")).toBeInViewport({ ratio: 1 });
    const survey = page.frameLocator("#frame");
    await expect(survey.getByRole("button", { name: "Schließen" })).toBeVisible();
    await survey.locator("#score0").focus();
    await page.keyboard.press("Escape");
    await expect(page.locator("#box")).toHaveCount(0);
    expect((await events()).map(([name]) => name)).toEqual(["shown", "dismissed"]);
    expect(await element.evaluate((element: any) => element.show())).toBe("cool-down");
    await expect(page.locator("#box")).toHaveCount(0);
    expect(await element.evaluate((element: any) => element.show({ force: true }))).toBe("shown");
    await expect(page.locator("#box")).toBeInViewport({ ratio: 1 });
    await element.evaluate((element: any) => element.dismiss());
    await expect(page.locator("#box")).toHaveCount(0);
  });
}

/** Messages that nobody should believe, the same ones in every run. */
function malformed(seed: number, count: number): unknown[] {
  // A linear congruential generator, as in "Numerical Recipes".
  const chance = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const pick = <Item,>(...items: Item[]) => items[chance(items.length)];
  const value = (depth: number): unknown =>
    pick<() => unknown>(
      () => pick(null, undefined, true, "", "keeprate-shown", "constructor", "__proto__", "\u0000\u001e\u001f"),
      () => pick(0.5, -1, NaN, Infinity, 2 ** 53, 20_000),
      () => "x".repeat(chance(5_000)),
      () => (depth > 0 ? Array.from({ length: chance(4) }, () => value(depth - 1)) : []),
      () => (depth > 0 ? Object.fromEntries(Array.from({ length: chance(4) }, () => [pick("type", "detail", "survey", "response", "x"), value(depth - 1)])) : {}),
      () => pick<unknown>(new Date(0), new Map([["type", "keeprate-dismissed"]]), new Uint8Array(8), 10n, /x/),
    )();
  const type = () =>
    pick<unknown>(
      ...["shown", "change", "submit", "delivered", "failed", "dismissed", "height", "refused", "dismiss"].map((name) => `keeprate-${name}`),
      "keeprate-toString",
      "keeprate-",
      "shown",
      value(1),
    );
  return Array.from({ length: count }, () => {
    const message = pick<unknown>({ type: type(), detail: value(2), height: value(0), title: value(1) }, value(3));
    // The two that these sides would be right to believe.
    const { type: name, detail } = (message ?? {}) as { type?: unknown; detail?: unknown };
    return name === "keeprate-dismiss" || (name === "keeprate-refused" && typeof detail === "string") ? null : message;
  });
}

test("neither side believes what is malformed, or comes from elsewhere", async ({ page, baseURL }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const events = await record(page);
  await embedAcross(page, baseURL!, { policy: `${STRICT}script-src HOST 'wasm-unsafe-eval'; frame-src *` });
  const survey = page.frameLocator("#frame");
  await survey.locator("label:has(#score9)").click();
  await expect(survey.locator("#send")).toBeVisible();
  await expect.poll(async () => (await events()).length).toBe(2);
  const inside = page.frames()[1];
  const height = () => page.locator("#frame").evaluate((frame: HTMLIFrameElement) => frame.contentWindow && frame.height);
  await expect.poll(async () => Number(await height()) > 200).toBe(true);
  const before = await height();
  const told = () => page.evaluate(() => (window as any).told);
  await page.evaluate(() => {
    (window as any).told = 0;
    addEventListener("message", () => (window as any).told++);
  });

  const messages = malformed(7, 300);
  // From the right frame and the right origin.
  await inside.evaluate((messages) => messages.forEach((message) => parent.postMessage(message, "*")), messages);
  await expect.poll(told).toBe(300);
  // To the frame from the page around it.
  await page.locator("#frame").evaluate((frame: HTMLIFrameElement, messages) => {
    for (const message of messages) frame.contentWindow!.postMessage(message, "*");
  }, messages);
  // Well-formed, and from the wrong window: the page itself, and another frame.
  const forged = ["shown", "submit", "dismissed"].map((name) => ({ type: `keeprate-${name}`, detail: { survey: "onboarding" } }));
  await page.evaluate((forged) => forged.forEach((message) => postMessage(message, "*")), forged);
  const other = await listen((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<script>
      for (const message of ${JSON.stringify(forged)}) parent.postMessage(message, "*");
      parent.frames[0].postMessage({ type: "keeprate-dismiss" }, "*");
    </script>`);
  });
  // The element's frame is in a shadow tree: to other frames it is none of the page's.
  await page.evaluate((address) => {
    const frame = document.createElement("iframe");
    frame.src = address;
    document.body.append(frame);
  }, other.address);
  await expect.poll(told).toBe(306);
  other.close();

  expect((await events()).map(([name]) => name)).toEqual(["shown", "change"]);
  await expect(survey.locator("#score9")).toBeChecked();
  await expect(survey.locator("#send")).toBeVisible();
  expect(await height()).toBe(before);
  expect(errors).toEqual([]);
});

test("a page without the element embeds the hosted page and is told where it says so", async ({ page, baseURL }) => {
  const answers = await collect(page);
  for (const named of [true, false]) {
    let origin = "";
    const around = await listen((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<title>Around</title><script>told = []; addEventListener("message", ({ data }) => told.push(data))</script>
        <iframe title="Survey" width="400" height="600" src="${baseURL}survey/?survey=link&amp;endpoint=/v1/responses&amp;kind=csat${origin}"></iframe>`);
    });
    origin = named ? `&amp;origin=${encodeURIComponent(new URL(around.address).origin)}` : "";
    await page.goto(around.address);
    const survey = page.frameLocator("iframe");
    await survey.locator("label:has(#score4)").click();
    await survey.locator("#send").click();
    await expect(survey.locator("#status strong")).toBeVisible();
    await expect.poll(() => answers.length).toBe(named ? 1 : 2);
    const told = () => page.evaluate(() => (window as any).told.filter(({ type }: any) => type !== "keeprate-height"));
    if (named) {
      await expect.poll(async () => (await told()).map(({ type }: any) => type)).toEqual(
        ["shown", "change", "submit", "delivered"].map((name) => `keeprate-${name}`),
      );
      expect((await told())[2].detail).toEqual(answers[0]);
    }
    expect(await page.evaluate(() => (window as any).told.length > 0)).toBe(named);
    around.close();
  }
});
