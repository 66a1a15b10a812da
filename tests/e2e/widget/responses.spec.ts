import { readFile } from "node:fs/promises";
import { expect, test, type Download, type Page } from "@playwright/test";
import Papa from "papaparse";
import { readmeLines } from "../hosts/build.js";
import { choose, clean, embed, listen, send, serve, stopClock, thanked, throwing } from "./host";

test.use({ locale: "en-GB" });

const HEADER = "id,survey,kind,scale_min,scale_max,score,comment,answered_at,shown_at,locale,customer,segment,page,partial,widget";

/** Begins to collect on the page, and tells it how often something has changed. */
async function collect(page: Page, options = {}): Promise<void> {
  await page.evaluate(async (options) => {
    const { collect } = await import(new URL("widget/keeprate-responses.js", document.baseURI).href);
    Object.assign(window, { responses: collect(options), changes: 0 });
    (window as any).responses.addEventListener("change", () => (window as any).changes++);
  }, options);
}

const call = (page: Page, method: string): Promise<any> => page.evaluate((method) => (window as any).responses[method](), method);
const all = (page: Page): Promise<any[]> => call(page, "all");
const scores = async (page: Page) => (await all(page)).map(({ score }) => score);

/** Opens a page that collects. */
async function open(page: Page, attributes = ""): Promise<void> {
  await embed(page, { attributes });
  await collect(page);
}

async function answer(page: Page, score: number, comment = ""): Promise<void> {
  await choose(page, score);
  await send(page, comment);
  await thanked(page);
}

/** Hands over an answer as an element does. */
async function submit(page: Page, fields: object): Promise<void> {
  await page.evaluate((fields) => {
    const detail = { schema: "keeprate.response/1", survey: "made", kind: "nps", meta: {}, partial: false, ...fields };
    document.body.dispatchEvent(new CustomEvent("keeprate-submit", { detail, bubbles: true, composed: true, cancelable: true }));
  }, fields);
}

/** Rows of text as a parser that is not ours reads them. */
function parsed(csv: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
}

const text = async (download: Download) => readFile(await download.path(), "utf8");

const TYPED = [
  { kind: "nps", score: 9, comment: `commas, "quotes", and; semicolons`, customer: "cus_1", segment: "DE", plan: "team" },
  { kind: "nps", score: 0, comment: "two\nlines\n\n\"and more\"", customer: "cus,2", segment: "-", plan: "=1+1" },
  { kind: "csat", score: 5, comment: "😀 größer 中文 שלום", customer: "", segment: "", plan: "" },
  { kind: "ces", score: 7, comment: "=HYPERLINK(\"https://example.com\",\"click\")", customer: "@sum", segment: "-5", plan: "+49 30" },
  { kind: "ces", score: 1, comment: "", customer: "'quoted'", segment: "+1.5", plan: "constructor" },
  { kind: "text", score: undefined, comment: "-2+3 is 1, she said", customer: "\"", segment: "a", plan: "<b>" },
];

test("what people typed is in the CSV and in the JSON, and stays over reloads", async ({ page }) => {
  for (const { kind, score, comment, customer, segment, plan } of TYPED) {
    await open(page, `kind="${kind}" page-address`);
    await page.locator("keeprate-survey").evaluate((element: any, fields) => (element.config = fields), { customer, segment, data: { plan } });
    if (score !== undefined) {
      await choose(page, score);
    }
    await send(page, comment);
    await thanked(page);
  }
  await expect.poll(() => call(page, "count")).toBe(TYPED.length);
  const json = JSON.parse(await call(page, "json"));
  expect(json).toEqual(await all(page));
  expect(json.map(({ kind, score, comment = "", customer = "", segment = "", meta: { plan } }: any) => ({ kind, score, comment, customer, segment, plan }))).toEqual(TYPED);

  const csv: string = await call(page, "csv");
  expect(csv.startsWith(`\ufeff${HEADER},meta.plan\r\n`)).toBe(true);
  const unescaped = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r])/, "");
  const written = (value: unknown) => (value === undefined ? "" : String(value));
  const rows = parsed(csv).map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, unescaped(cell)])));
  expect(rows).toEqual(
    json.map(({ schema, scale, meta, ...rest }: any) => {
      const known = { ...rest, scale_min: scale?.min, scale_max: scale?.max, "meta.plan": meta.plan };
      return Object.fromEntries([...HEADER.split(","), "meta.plan"].map((name) => [name, written(known[name])]));
    }),
  );
});

test("a file looks like this to the byte", async ({ page }) => {
  await open(page);
  expect(await call(page, "csv")).toBe(`\ufeff${HEADER}\r\n`);
  expect(await call(page, "json")).toBe("[]\n");
  await submit(page, {
    id: "b",
    scale: { min: 0, max: 10 },
    score: 9,
    comment: 'Good, "mostly"',
    answered_at: "2026-11-21T21:35:00Z",
    shown_at: "2026-11-21T21:34:00Z",
    locale: "de",
    customer: "cus_1",
    segment: "DE",
    page: "https://app.example/",
    meta: { plan: "team", "A,b": "=1" },
    widget: "0.1.0",
  });
  await submit(page, { id: "a", kind: "text", comment: "Why?\nSo.", answered_at: "2026-11-20T00:00:00Z", meta: { constructor: "x" }, partial: true });
  await expect.poll(() => call(page, "csv")).toBe(
    [
      `\ufeff${HEADER},"meta.A,b",meta.constructor,meta.plan`,
      `a,made,text,,,,"Why?\nSo.",2026-11-20T00:00:00Z,,,,,,true,,,x,`,
      `b,made,nps,0,10,9,"Good, ""mostly""",2026-11-21T21:35:00Z,2026-11-21T21:34:00Z,de,cus_1,DE,https://app.example/,false,0.1.0,'=1,,team`,
      "",
    ].join("\r\n"),
  );
  expect((await all(page)).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("no cell is a formula, no number is a text", async ({ page }) => {
  const cells = [
    ["=1+1", "'=1+1"],
    ["+1", "+1"],
    ["-5", "-5"],
    ["-5.25", "-5.25"],
    ["-5 stars", "'-5 stars"],
    ["-", "'-"],
    ["+1-1", "'+1-1"],
    ["-1e3", "'-1e3"],
    ["@sum", "'@sum"],
    ["\t=1", "'\t=1"],
    ["\r=1", `"'\r=1"`],
    ["=a,b", `"'=a,b"`],
    ['="a"', `"'=""a"""`],
    ["-1\n=2", `"'-1\n=2"`],
    ["a=1", "a=1"],
    ["it's", "it's"],
    ['"', '""""'],
  ];
  await open(page);
  for (const [index, [customer]] of cells.entries()) {
    await submit(page, { id: `${index}`, customer, answered_at: `2026-01-${index + 10}` });
  }
  await expect.poll(() => call(page, "count")).toBe(cells.length);
  const csv: string = await call(page, "csv");
  const lines = cells.map(([, cell], index) => `${index},made,nps,,,,,2026-01-${index + 10},,,${cell},,,false,\r\n`);
  expect(csv).toBe(`\ufeff${HEADER}\r\n${lines.join("")}`);
});

test("a partial answer and the complete one are one", async ({ page }) => {
  await stopClock(page);
  await open(page);
  await choose(page, 3);
  await page.clock.runFor(11_000);
  await expect.poll(() => all(page)).toMatchObject([{ score: 3, partial: true }]);
  await choose(page, 7);
  await page.clock.runFor(11_000);
  await expect.poll(() => all(page)).toMatchObject([{ score: 7, partial: true }]);
  await send(page, "done");
  await thanked(page);
  await expect.poll(() => all(page)).toMatchObject([{ score: 7, partial: false, comment: "done" }]);
  expect(parsed(await call(page, "csv")).map(({ partial, comment }) => [partial, comment])).toEqual([["false", "done"]]);
});

for (const [place, script] of [
  ["IndexedDB", ""],
  ["localStorage", throwing("indexedDB")],
  ["memory", throwing("indexedDB") + throwing("localStorage")],
]) {
  test(`an answer that is finished never changes: ${place}`, async ({ page }) => {
    await page.addInitScript(script);
    await open(page);
    for (const [score, partial] of [[1, true], [2, false], [3, true], [4, false]]) {
      await submit(page, { id: "one", score, partial });
      await expect.poll(() => scores(page)).toEqual([partial && score === 1 ? 1 : 2]);
    }
    await submit(page, { id: "two", score: 5 });
    await expect.poll(() => scores(page)).toContain(5);
    expect((await scores(page)).sort()).toEqual([2, 5]);
    await call(page, "clear");
    expect(await all(page)).toEqual([]);
  });
}

test("an answer is kept though the page ends", async ({ page }) => {
  await open(page);
  expect(await call(page, "durable")).toBe(true);
  await choose(page, 6);
  await page.goto("about:blank");
  await open(page);
  await expect.poll(() => all(page)).toMatchObject([{ score: 6, partial: true }]);
  await call(page, "clear");
  expect(await all(page)).toEqual([]);
  await page.evaluate(() => addEventListener("keeprate-submit", () => location.assign("about:blank")));
  await choose(page, 7);
  await page.locator("#send").click();
  await page.waitForURL("about:blank");
  await open(page);
  await expect.poll(() => all(page)).toMatchObject([{ score: 7, partial: false }]);
  await call(page, "clear");
  expect(await all(page)).toEqual([]);
});

test("tabs share answers and hear of each other's", async ({ page, context }) => {
  const other = await context.newPage();
  await open(other);
  await open(page);
  await answer(page, 8, "from the first");
  await expect.poll(() => other.evaluate("changes")).toBe(1);
  expect(await all(other)).toMatchObject([{ score: 8, comment: "from the first" }]);
  await answer(other, 2, "from the second");
  await expect.poll(async () => (await scores(page)).sort()).toEqual([2, 8]);
  await call(other, "clear");
  await expect.poll(() => scores(page)).toEqual([]);
  await open(page);
  await answer(page, 4);
  await expect.poll(() => scores(other)).toEqual([4]);
});

test("a survey's collection has its own answers and deletes no others", async ({ page }) => {
  await open(page);
  await submit(page, { id: "1", survey: "pricing", score: 1 });
  await submit(page, { id: "2", survey: "onboarding", score: 2 });
  await expect.poll(() => call(page, "count")).toBe(2);
  await embed(page);
  await collect(page, { survey: "pricing" });
  expect(await scores(page)).toEqual([1]);
  await submit(page, { id: "3", survey: "onboarding", score: 3 });
  await submit(page, { id: "4", survey: "pricing", score: 4, answered_at: "2026" });
  await expect.poll(async () => (await scores(page)).sort()).toEqual([1, 4]);
  await call(page, "clear");
  expect(await scores(page)).toEqual([]);
  await collect(page);
  expect(await scores(page)).toEqual([2]);
  expect(await page.evaluate(async () => {
    const { collect } = await import(new URL("widget/keeprate-responses.js", document.baseURI).href);
    return [collect() === collect(), collect({ survey: "a" }) === collect({ survey: "a" }), collect() === collect({ survey: "a" })];
  })).toEqual([true, true, false]);
});

test("what a page cancels, at whatever moment, is not kept, nor what is no answer", async ({ page }) => {
  await open(page);
  await page.evaluate(() => addEventListener("keeprate-submit", (event) => event.preventDefault(), { once: true }));
  await submit(page, { id: "1", score: 1 });
  for (const fields of [{ schema: "other" }, { id: 5 }, { id: undefined }]) {
    await submit(page, { id: "1", score: 2, ...fields });
  }
  await page.evaluate(() => document.dispatchEvent(new CustomEvent("keeprate-submit")));
  await submit(page, { id: "2", score: 3 });
  await expect.poll(() => scores(page)).toEqual([3]);
});

/** A page whose `localStorage` and IndexedDB can be opened, and take nothing. */
const full = `for (const [type, method] of [[IDBObjectStore, "add"], [IDBObjectStore, "put"], [Storage, "setItem"]]) {
  type.prototype[method] = () => { throw new DOMException("full", "QuotaExceededError") };
}`;
const silent = `IDBFactory.prototype.open = () => ({});`;

for (const [name, script, durable] of [
  ["IndexedDB is forbidden", throwing("indexedDB"), true],
  ["IndexedDB never answers", silent, true],
  ["both are forbidden", throwing("indexedDB") + throwing("localStorage"), false],
  ["both are full", full, false],
] as const) {
  test(`where ${name}, answers are kept ${durable ? "all the same" : "for the page's life"}`, async ({ page }) => {
    const lines: string[] = [];
    page.on("console", (message) => lines.push(message.text()));
    page.on("pageerror", (error) => lines.push(error.message));
    await page.addInitScript(script);
    await open(page);
    await answer(page, 8, "kept");
    await submit(page, { id: "1", score: 1, answered_at: "2026-01-01" });
    await expect.poll(() => scores(page)).toEqual([1, 8]);
    expect(await call(page, "durable")).toBe(durable);
    expect(parsed(await call(page, "csv")).map(({ comment }) => comment)).toEqual(["", "kept"]);
    expect(lines).toEqual(durable ? [] : ["keeprate-responses: this browser keeps nothing, answers last as long as the page"]);
    await open(page);
    expect(await scores(page)).toEqual(durable ? [1, 8] : []);
    await call(page, "clear");
    expect(await scores(page)).toEqual([]);
  });
}

test("what others have left in the storage is no answer", async ({ page }) => {
  await page.addInitScript(throwing("indexedDB"));
  await open(page);
  await submit(page, { id: "1", score: 1 });
  await expect.poll(() => scores(page)).toEqual([1]);
  for (const value of ["", "{", "null", "[]", "5", `{"schema":"keeprate.response/1"}`]) {
    await page.evaluate((value) => localStorage.setItem("keeprate.responses.other", value), value);
    expect(await scores(page), value).toEqual([1]);
  }
});

const STRICT =
  "default-src 'none'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

test("a strict policy is enough, and nothing leaves the page but a file", async ({ page, baseURL }) => {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(`${request.method()} ${request.url().replace(baseURL!, "")}`));
  await embed(page, { head: "", policy: STRICT });
  await collect(page, { survey: "onboarding" });
  await answer(page, 4, "Strict");
  await expect.poll(() => call(page, "count")).toBe(1);
  for (const format of ["csv", "json"]) {
    const downloading = page.waitForEvent("download");
    await page.evaluate((format) => (window as any).responses.download(format), format);
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`onboarding-responses.${format}`);
    expect(await text(download)).toBe(await call(page, format));
  }
  expect(complaints).toEqual([]);
  const sent = requests.filter((request) => !request.includes("blob:"));
  expect(sent.sort()).toEqual(["host.html", "widget/keeprate-responses.js", "widget/keeprate-survey.js", "widget/keeprate-survey.wasm"].map((path) => `GET ${path}`));
});

test("README's lines collect and export", async ({ page, baseURL }) => {
  const lines = readmeLines("js").replaceAll(/https:\/\/HOST\/widget\/[\d.]+\//g, `${baseURL}widget/0.1.0/`);
  await serve(page, { after: `<button id="export">Export</button><script type="module">${lines}</script>` });
  await page.goto("host.html");
  await answer(page, 9, "As README says");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("survey-responses.csv");
  expect(parsed(await text(download))).toMatchObject([{ score: "9", comment: "As README says", survey: "onboarding" }]);
});

for (const [language, words] of [
  ["en", { none: "No answers yet.", one: "1 answer", title: "Answers", csv: "Export CSV", json: "Export JSON", clear: "Delete answers", latest: "6 answers, the latest first:", open: "Open Keeprate", shows: "drop the exported CSV or JSON there to see the score with its margin, distribution, trend and comments", lost: "This browser keeps nothing" }],
  ["de", { none: "Noch keine Antworten.", one: "1 Antwort", title: "Antworten", csv: "CSV exportieren", json: "JSON exportieren", clear: "Antworten löschen", latest: "6 Antworten, die neuesten zuerst:", open: "Keeprate öffnen", shows: "Wer die exportierte CSV- oder JSON-Datei dort ablegt, sieht das Ergebnis mit Fehlerspanne, Verteilung, Verlauf und Kommentare", lost: "Dieser Browser bewahrt nichts auf" }],
] as const) {
  test(`the demo page lists, exports and deletes its answers: ${language}`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 800 });
    const start = async () => {
      await page.goto("widget/");
      await page.locator("select[name=locale]").selectOption(language);
      await page.locator("select[name=kind]").selectOption("csat");
    };
    await start();
    const [csv, json, clear] = [words.csv, words.json, words.clear].map((name) => page.getByRole("button", { name }));
    await expect(page.locator("#count")).toHaveText(words.none);
    await expect(csv).toBeDisabled();
    await clean(page, "none");
    await answer(page, 4, `Größer, "besser"\n${"lang".repeat(40)}`);
    await expect(page.getByRole("status").filter({ hasText: words.one })).toHaveText(words.one);
    await expect(page.locator("#latest li")).toContainText(["CSAT 4/5"]);
    for (const score of [1, 2, 3, 5, 5]) {
      await start();
      await answer(page, score);
      await expect(page.locator("#latest li").first()).toContainText(`CSAT ${score}/5`);
    }
    await expect(page.locator("#count")).toHaveText(words.latest);
    await expect(page.locator("#latest li")).toHaveCount(5);
    await clean(page, "six");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

    const files: Download[] = [];
    for (const [button, format] of [[csv, "csv"], [json, "json"]] as const) {
      const downloading = page.waitForEvent("download");
      await button.focus();
      await page.keyboard.press("Enter");
      files.push(await downloading);
      const file = await text(files.at(-1)!);
      const answers = format === "csv" ? parsed(file) : JSON.parse(file);
      expect(answers.map(({ score }: any) => `${score}`)).toEqual(["4", "1", "2", "3", "5", "5"]);
    }
    page.once("dialog", (dialog) => dialog.dismiss());
    await clear.click();
    await expect(page.locator("#latest li")).toHaveCount(5);
    page.once("dialog", (dialog) => dialog.accept());
    await clear.click();
    await expect(page.locator("#count")).toHaveText(words.none);
    await expect(page.getByRole("heading", { name: words.title })).toBeFocused();

    await expect(page.locator("p", { has: page.getByRole("link", { name: words.open }) })).toContainText(words.shows);
    await page.getByRole("link", { name: words.open }).click();
    for (const file of files) {
      const name = file.suggestedFilename();
      await page.getByTestId("file").setInputFiles({ name, mimeType: "", buffer: await readFile(await file.path()) });
      await expect(page.locator(".understood")).toContainText(name);
      // Satisfied are a 4 and two 5 of six.
      await expect(page.locator("[data-metric=csat][data-status]")).toHaveAttribute("data-value", "0.5");
      await expect(page.locator("#distribution")).toBeVisible();
      await expect(page.locator("#comments .comment")).toContainText(['Größer, "besser"']);
    }
  });

  test(`the demo page says where nothing is kept: ${language}`, async ({ page }) => {
    await page.addInitScript(throwing("indexedDB") + throwing("localStorage"));
    // Whoever chooses before all of the page is there has chosen.
    let choose!: () => void;
    const chosen = new Promise<void>((resolve) => (choose = resolve));
    await page.route("**/sri.json", async (route) => (await chosen, route.continue()));
    await page.goto("widget/");
    await page.locator("select[name=locale]").selectOption(language);
    choose();
    await expect(page.locator("#kept")).toContainText(words.lost);
    await answer(page, 4);
    await expect(page.locator("#count")).toHaveText(words.one);
  });
}

test("an answer reaches the answers kept out of a page that fetches nothing", async ({ page, baseURL }) => {
  const { address, close } = await listen(async (request, response) => {
    if (request.url === "/") {
      response.setHeader("content-security-policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-src 'self'");
      response.setHeader("content-type", "text/html");
      return response.end(`<script type="module" src="widget/keeprate-survey.js"></script><keeprate-survey survey="framed"></keeprate-survey>`);
    }
    const file = await fetch(new URL(request.url!.slice(1), baseURL));
    response.setHeader("content-type", file.headers.get("content-type")!);
    response.end(Buffer.from(await file.arrayBuffer()));
  });
  await page.goto(address);
  await collect(page);
  const frame = page.frameLocator("iframe");
  await frame.locator("label:has(#score7)").click();
  await frame.locator("#comment").fill("Framed");
  await frame.locator("#send").click();
  await expect.poll(() => all(page)).toMatchObject([{ survey: "framed", score: 7, comment: "Framed" }]);
  close();
});
