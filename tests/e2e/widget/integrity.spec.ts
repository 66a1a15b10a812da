import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { choose, send, thanked } from "./host";
import { serveFolder } from "./server";

const WIDGET = join(import.meta.dirname, "../../../dist/widget");
const MODULE = "keeprate-survey.js";
const MACHINE = "keeprate-survey.wasm";
const FALLBACK = "keeprate-survey-fallback.js";
const FRAME = "keeprate-survey-frame.js";
const RESPONSES = "keeprate-responses.js";

const json = async (name: string) => JSON.parse(await readFile(join(WIDGET, name), "utf8"));

test("the hashes are those of the files, which the version's folder holds as well", async () => {
  const hashes = await json("sri.json");
  const { version } = await json("package.json");
  expect(Object.keys(hashes)).toEqual([MODULE, MACHINE, FALLBACK, FRAME, RESPONSES]);
  expect(await json(`${version}/sri.json`)).toEqual(hashes);
  for (const [name, hash] of Object.entries(hashes)) {
    const file = await readFile(join(WIDGET, version, name));
    expect(file.equals(await readFile(join(WIDGET, name)))).toBe(true);
    expect(hash).toBe(`sha384-${createHash("sha384").update(file).digest("base64")}`);
  }
});

/** A page of one origin, with every file pinned, whose widget another origin serves after changing some. */
async function pinned(page: Page, changed: string[]) {
  const hashes = await json("sri.json");
  const fetched: string[] = [];
  const widget = await serveFolder(WIDGET, (path, body) => {
    const name = path.slice(1);
    fetched.push(name);
    return changed.includes(name) ? Buffer.concat([body, Buffer.from("\n")]) : body;
  });
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const map = { integrity: { [`${widget.address}${FALLBACK}`]: hashes[FALLBACK] } };
  const host = await serveFolder(
    WIDGET,
    () => `<!doctype html><title>Host</title>
      <link rel="icon" href="data:,">
      <link rel="preload" href="${widget.address}${MACHINE}" as="fetch" crossorigin>
      <script type="importmap">${JSON.stringify(map)}</script>
      <script type="module" src="${widget.address}${MODULE}" crossorigin integrity="${hashes[MODULE]}"></script>
      <keeprate-survey survey="pinned"></keeprate-survey>`,
  );
  await page.goto(host.address);
  return { errors, fetched, close: () => (widget.close(), host.close()) };
}

test("a page takes pinned files from another origin, each of them once", async ({ page }) => {
  const { errors, fetched, close } = await pinned(page, []);
  await choose(page, 9);
  await send(page);
  await thanked(page);
  expect(errors).toEqual([]);
  expect(fetched.sort()).toEqual([MODULE, MACHINE]);
  close();
});

for (const [changed, survives] of [
  [[MODULE], false],
  [[MACHINE], true],
  [[MACHINE, FALLBACK], false],
] as const) {
  test(`a page refuses what was changed on the way: ${changed.join(", ")}`, async ({ page }) => {
    const { errors, close } = await pinned(page, [...changed]);
    // The translation stands in for the machine, as long as it is the true one.
    await expect.poll(() => changed.every((name) => errors.some((line) => line.includes("integrity") && line.includes(name)))).toBe(true);
    if (survives) {
      await expect(page.locator("legend")).toContainText("How likely are you to recommend");
    }
    await expect(page.locator("legend")).toHaveCount(survives ? 1 : 0);
    close();
  });
}

test("the demo page's lines embed what it shows", async ({ page }) => {
  await page.goto("widget/");
  await page.locator("select[name=kind]").selectOption("csat");
  const shown = page.locator("#lines");
  // They come once the page has the hashes.
  await expect(shown).toContainText((await json("sri.json"))[MODULE]);
  await expect(shown).toContainText("csat");
  const lines = await shown.textContent();
  await page.route("**/host.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html>${lines}` }));
  await page.goto("host.html");
  await expect(page.getByRole("group", { name: "How satisfied are you with Acme?" })).toBeVisible();
});
