import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { develop, readmeLines } from "../hosts/build.js";
import { choose, collect, send, thanked } from "./host";
import { serveFolder } from "./server";

const HOSTS = join(import.meta.dirname, "../hosts");
const DIST = join(import.meta.dirname, "../../../dist");

test.use({ locale: "en-GB" });

/** The plain page is the README's lines, with a widget from another origin, pinned by its hash. */
async function plainPage(): Promise<{ address: string; close: () => void }> {
  const widget = await serveFolder(DIST);
  const hashes = JSON.parse(await readFile(join(DIST, "widget/sri.json"), "utf8"));
  const lines = readmeLines("html").replaceAll("https://HOST/", widget.address).replace("sha384-HASH", hashes["keeprate-survey.js"]);
  const page = await serveFolder(HOSTS, (name, body) => (name.endsWith(".html") ? `${body}`.replace("<!-- README.md -->", lines) : body));
  return { address: `${page.address}html/`, close: () => (widget.close(), page.close()) };
}

/** An app as its own tools have built it. */
async function builtApp(name: string): Promise<{ address: string; close: () => void }> {
  const { address, close } = await serveFolder(join(HOSTS, "built"));
  return { address: `${address}${name}/`, close };
}

/** The answers that reached the app's own state. */
async function state(page: Page): Promise<any[]> {
  return JSON.parse((await page.locator("output").textContent())!);
}

const question = (product: string) => `How likely are you to recommend ${product} to a friend or colleague?`;

for (const host of ["html", "react", "vue", "svelte", "angular"]) {
  test.describe(host, () => {
    let app: { address: string; close: () => void };
    const complaints: string[] = [];

    test.beforeEach(async ({ page }) => {
      app = await (host === "html" ? plainPage() : builtApp(host));
      complaints.length = 0;
      page.on("console", (message) => ["warning", "error"].includes(message.type()) && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
    });

    test.afterEach(() => {
      app.close();
      expect(complaints).toEqual([]);
    });

    test("an answer reaches the collector and the app's state, whatever is drawn anew meanwhile", async ({ page }) => {
      const answers = await collect(page);
      await page.goto(app.address);
      await expect(page.getByRole("group", { name: question("Acme") })).toBeVisible();
      await choose(page, 9);
      await page.locator("#comment").fill("Half a wo");
      await page.getByRole("button", { name: "Rename" }).click();
      await page.getByRole("button", { name: "Rename" }).click();
      await expect(page.getByRole("group", { name: question("Acme!!") })).toBeVisible();
      await expect(page.locator("#score9")).toBeChecked();
      await expect(page.locator("#comment")).toHaveValue("Half a wo");
      await send(page, "Half a word");
      await thanked(page);
      const answer = { survey: "onboarding-nps", kind: "nps", score: 9, comment: "Half a word", partial: false, meta: { plan: "team" } };
      await expect.poll(() => answers).toMatchObject([answer]);
      await expect.poll(() => state(page)).toEqual(answers);
      await page.getByRole("button", { name: "Rename" }).click();
      await thanked(page);
    });

    test("a survey that is unmounted half answered is not lost, and asks again when it is back", async ({ page }) => {
      const answers = await collect(page);
      await page.goto(app.address);
      const toggle = page.getByRole("button", { name: "Toggle" });
      const leaveAndReturn = async () => {
        await page.getByRole("button", { name: "Leave" }).click();
        await expect(page.locator("keeprate-survey")).toHaveCount(0);
        await page.goBack();
      };
      const toggleTwice = async () => {
        await toggle.click();
        await expect(page.locator("keeprate-survey")).toHaveCount(0);
        await toggle.click();
      };
      for (const [index, goAndReturn] of [toggleTwice, leaveAndReturn].entries()) {
        await choose(page, index);
        await page.locator("#comment").fill("Later");
        await goAndReturn();
        await expect.poll(() => answers.length).toBe(index + 1);
        await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
      }
      await choose(page, 10);
      await send(page);
      await thanked(page);
      await expect.poll(() => answers.length).toBe(3);
      expect(answers.map(({ score, partial }) => [score, partial])).toEqual([[0, true], [1, true], [10, false]]);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(3);
      // Whether an app still listens to what it has unmounted is its own affair.
      expect((await state(page)).at(-1)).toEqual(answers[2]);
    });
  });
}

test("Vite's own server shows it while the app is written, with WebAssembly", async ({ page }) => {
  const app = await develop("react");
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(app.address);
  await choose(page, 9);
  await send(page);
  await thanked(page);
  expect((await state(page)).map(({ score }) => score)).toEqual([9]);
  expect(fetched.filter((path) => /fallback|\.wasm$/.test(path)).map((path) => path.split("/").at(-1))).toEqual(["keeprate-survey.wasm"]);
  await app.close();
});

test("the package holds what it names and nothing else", async () => {
  const packed: string[] = JSON.parse(await readFile(join(HOSTS, "built/packed.json"), "utf8"));
  const { files, exports } = JSON.parse(await readFile(join(DIST, "widget/package.json"), "utf8"));
  expect(packed.sort()).toEqual([...files, "package.json"].sort());
  const exported = Object.values<any>(exports).flatMap((target) => (typeof target === "string" ? target : Object.values(target)));
  expect(packed).toEqual(expect.arrayContaining(exported.map((path: string) => path.replace("./", ""))));
});

test("the types allow right usage and refuse wrong usage", () => {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"], { cwd: HOSTS, stdio: "inherit" });
});

test("a server may import the package", () => {
  const script = `await import("keeprate-survey"); await import("keeprate-survey/react");
    const { collect } = await import("keeprate-survey/responses"); console.log("imported", await collect().all())`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: HOSTS, encoding: "utf8" });
  expect(output).toBe("imported []\n");
});
