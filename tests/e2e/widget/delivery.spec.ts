import { json } from "node:stream/consumers";
import { expect, test, type Page } from "@playwright/test";
import { type Answer, choose, collect, embed, listen, record, send, stopClock, thanked, throwing } from "./host";

test.use({ locale: "en-GB" });

const ENDPOINT = `endpoint="v1/responses"`;

/** What waits in the queue, wherever the browser keeps it. */
const queued = () =>
  new Promise<number>((resolve) => {
    const stored = Object.keys(JSON.parse(localStorage.getItem("keeprate.queue") ?? "{}")).length;
    const opening = indexedDB.open("keeprate.queue");
    opening.onsuccess = () => {
      if (!opening.result.objectStoreNames.contains("answers")) {
        return resolve(stored);
      }
      const counting = opening.result.transaction("answers").objectStore("answers").count();
      counting.onsuccess = () => resolve(stored + counting.result);
      opening.result.close();
    };
  });

/** How often the one answer in the queue was sent. */
const attempts = () =>
  new Promise<number>((resolve) => {
    const opening = indexedDB.open("keeprate.queue");
    opening.onsuccess = () => {
      const reading = opening.result.transaction("answers").objectStore("answers").getAll();
      reading.onsuccess = () => resolve(reading.result[0]?.attempts ?? -1);
      opening.result.close();
    };
  });

test("an answer given offline is thanked for, survives the page and is delivered once by the next one", async ({ page, context }) => {
  const answers = await collect(context, 0, 201);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 4);
  await send(page, "offline");
  await thanked(page);
  await expect(page.locator("#note")).toHaveText(
    "It is kept in this browser and will be sent once there is a connection.",
  );
  expect(await page.evaluate(queued)).toBe(1);
  expect(answers).toEqual([]);
  await page.close();

  const next = await context.newPage();
  await embed(next, { attributes: ENDPOINT });
  await next.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => answers.map(({ comment }) => comment)).toEqual(["offline"]);
  await expect.poll(() => next.evaluate(queued)).toBe(0);
  await next.evaluate(() => dispatchEvent(new Event("online")));
  await choose(next, 5);
  await send(next, "later");
  await expect.poll(() => answers.map(({ comment }) => comment)).toEqual(["offline", "later"]);
  expect(answers[0].id).not.toBe(answers[1].id);
});

test("a collector that is away is asked again, later and later, under the same id", async ({ page }) => {
  await stopClock(page);
  const answers = await collect(page, 503, 429, 201);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 8);
  await send(page);
  await expect.poll(() => answers.length).toBe(1);
  await expect.poll(() => page.evaluate(attempts)).toBe(1);
  // The first wait is 2.5 to 7.5 seconds, and rounded up to whole ones.
  await page.clock.runFor(1_000);
  expect(answers.length).toBe(1);
  await page.clock.runFor(8_000);
  await expect.poll(() => page.evaluate(attempts)).toBe(2);
  expect(answers.length).toBe(2);
  // The reply said: after 40 seconds.
  await page.clock.runFor(36_000);
  expect(answers.length).toBe(2);
  await page.clock.runFor(6_000);
  await expect.poll(() => answers.length).toBe(3);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
});

test("a refused answer is not sent again, and the page is told", async ({ page }) => {
  const answers = await collect(page, 400);
  const events = await record(page);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 8);
  await send(page);
  await expect.poll(async () => (await events()).at(-1)?.[0]).toBe("failed");
  expect((await events()).at(-1)).toEqual(["failed", { response: answers[0], status: 400 }]);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
});

test("a score counts after a second thought, and sending completes the same answer", async ({ page }) => {
  await stopClock(page);
  const answers = await collect(page);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 3);
  await page.clock.runFor(9_000);
  await choose(page, 7);
  await page.locator("#comment").fill("not yet sent");
  await page.clock.runFor(9_000);
  expect(answers).toEqual([]);
  await page.clock.runFor(2_000);
  await expect.poll(() => answers.length).toBe(1);
  expect(answers[0]).toMatchObject({ score: 7, partial: true });
  expect(answers[0]).not.toHaveProperty("comment");
  await send(page);
  await expect.poll(() => answers.length).toBe(2);
  expect(answers[1]).toMatchObject({ id: answers[0].id, score: 7, partial: false, comment: "not yet sent" });
});

test("a score is sent when the person leaves the page", async ({ page, baseURL }) => {
  // A server of its own: the last request of a page that is gone reaches no route of a test.
  const answers: Answer[] = [];
  const server = await listen(async (request, response) => {
    if (request.method === "POST") {
      answers.push((await json(request)) as Answer);
      return response.end();
    }
    if (request.url === "/") {
      response.setHeader("content-type", "text/html");
      return response.end(`<script type="module" src="widget/keeprate-survey.js"></script>
        <keeprate-survey survey="onboarding" endpoint="v1/responses"></keeprate-survey>`);
    }
    const file = await fetch(new URL(request.url!.slice(1), baseURL));
    response.setHeader("content-type", file.headers.get("content-type")!);
    response.end(Buffer.from(await file.arrayBuffer()));
  });
  await page.goto(server.address);
  await choose(page, 6);
  await page.goto("about:blank");
  await expect.poll(() => answers.length).toBeGreaterThan(0);
  expect(answers[0]).toMatchObject({ score: 6, partial: true });
  server.close();
});

const leave = (page: Page) => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));

test("a page that was left and came back has sent its score once", async ({ page }) => {
  const answers = await collect(page);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 6);
  await leave(page);
  await leave(page);
  await expect.poll(() => answers.length).toBe(1);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await send(page, "back again");
  await thanked(page);
  await expect.poll(() => answers.length).toBe(2);
  expect(answers.map(({ id, partial }) => [id, partial])).toEqual([[answers[0].id, true], [answers[0].id, false]]);
});

for (const [name, script] of [
  ["refuses", `const usual = fetch; fetch = (address, options) =>
    options?.keepalive ? Promise.reject(new TypeError("quota")) : usual(address, options);`],
  ["does not know", `delete Request.prototype.keepalive;`],
]) {
  test(`where the browser ${name} keepalive, a beacon takes the score along, once`, async ({ page }) => {
    const answers = await collect(page);
    await page.addInitScript(`${script} beacons = []; navigator.sendBeacon = (address, body) => beacons.push([address, body.type, body]);`);
    await embed(page, { attributes: ENDPOINT });
    await choose(page, 6);
    await leave(page);
    await leave(page);
    const beacons = () =>
      page.evaluate(() => Promise.all((window as any).beacons.map(async ([address, type, body]: any) => [address, type, await body.text()])));
    await expect.poll(async () => (await beacons()).length).toBe(1);
    const [[address, type, body]] = (await beacons()) as [string, string, string][];
    expect(new URL(address).pathname).toBe("/v1/responses");
    expect(type).toBe("application/json");
    expect(JSON.parse(body)).toMatchObject({ score: 6, partial: true });
    // A beacon gets no reply that a page could see: until there is one, the answer stays in the queue.
    expect(await page.evaluate(queued)).toBe(1);
    expect(answers).toEqual([]);
  });
}

test("an element that is removed while it sends delivers all the same", async ({ page }) => {
  const answers = await collect(page);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 6);
  await page.locator("#send").evaluate((button: HTMLElement) => {
    button.click();
    document.querySelector("keeprate-survey")!.remove();
  });
  await expect.poll(() => answers.filter(({ partial }) => !partial).length).toBe(1);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
});

test("pressing twice sends once", async ({ page }) => {
  const answers = await collect(page);
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 6);
  await page.locator("#send").evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await thanked(page);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
  expect(answers.length).toBe(1);
});

test("without IndexedDB the answer waits in localStorage", async ({ page }) => {
  await collect(page, 0);
  await page.addInitScript(throwing("indexedDB"));
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 6);
  await send(page, "kept");
  await thanked(page);
  const kept = await page.evaluate(() => localStorage.getItem("keeprate.queue"));
  expect(Object.values<any>(JSON.parse(kept!)).map(({ body }) => JSON.parse(body).comment)).toEqual(["kept"]);
});

test("an IndexedDB that never answers holds nothing up, and one that answers too late does nothing", async ({ page }) => {
  const answers = await collect(page, 0, 201);
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    const held: (() => void)[] = [];
    IDBFactory.prototype.open = function (name: string) {
      const request: any = { readyState: "pending" };
      held.push(() => {
        const late = open.call(this, name);
        for (const type of ["success", "error", "upgradeneeded"]) {
          late.addEventListener(type, (event) => {
            request.readyState = late.readyState;
            request.transaction = late.transaction;
            request.result = late.result;
            request[`on${type}`]?.(event);
          });
        }
      });
      return request;
    };
    (window as any).answerLate = () => {
      IDBFactory.prototype.open = open;
      held.forEach((work) => work());
    };
  });
  await embed(page, { attributes: ENDPOINT });
  await choose(page, 6);
  await send(page, "kept");
  await thanked(page);
  const kept = () => page.evaluate(() => Object.keys(JSON.parse(localStorage.getItem("keeprate.queue") ?? "{}")).length);
  expect(await kept()).toBe(1);
  await page.evaluate(() => (window as any).answerLate());
  expect(await page.evaluate(queued)).toBe(1);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => answers.length).toBe(1);
  await expect.poll(() => page.evaluate(queued)).toBe(0);
  // The next page asks the database again and finds nothing.
  await embed(page, { attributes: ENDPOINT });
  await page.evaluate(() => (window as any).answerLate());
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => page.evaluate(queued)).toBe(0);
  expect(answers.map(({ comment }) => comment)).toEqual(["kept"]);
});

for (const [name, attributes, script] of [
  ["where nothing can be stored", ENDPOINT, throwing("indexedDB") + throwing("localStorage")],
  ["where nothing may be stored", `${ENDPOINT} storage="none"`, ""],
]) {
  test(`${name}, thanks wait for the collector and nothing written is lost`, async ({ page }) => {
    const answers = await collect(page, 0, 500, 201);
    await page.addInitScript(script);
    await embed(page, { attributes });
    await choose(page, 6);
    for (let attempt = 0; attempt < 2; attempt++) {
      await send(page, "still here");
      await expect(page.getByRole("status")).toHaveText("Your answer could not be sent. Please try again.");
      await expect(page.locator("#comment")).toHaveValue("still here");
    }
    await send(page);
    await thanked(page);
    expect(answers.map(({ comment }) => comment)).toEqual(["still here", "still here"]);
    expect(answers[0].id).toBe(answers[1].id);
    if (script === "") {
      expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
      expect(await page.evaluate(queued)).toBe(0);
    }
  });
}
