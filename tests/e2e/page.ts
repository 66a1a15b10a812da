import { expect, type Page } from "@playwright/test";

/** Opens an address behind `#` and waits until the sample, or the page, is there. */
export async function open(page: Page, hash = ""): Promise<void> {
  await page.goto("./" + hash);
  if (hash === "") {
    await ready(page);
  } else {
    await expect(page.locator("h1").first()).toBeAttached();
  }
}

/** Opens an address and waits as well for all that is loaded behind the first view: from then on the app asks for nothing. */
export async function openWhole(page: Page, hash = ""): Promise<void> {
  const behind = [/documents\.wasm/, /annex_bg\.wasm/, /intake_bg\.wasm/].map((file) => page.waitForResponse(file));
  await open(page, hash);
  for (const response of behind) {
    await (await response).finished();
  }
}

export async function ready(page: Page): Promise<void> {
  await expect(page.locator("main")).toHaveAttribute("data-state", "ready");
}

/** Chooses a file by its content. */
export async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = typeof content === "string" ? Buffer.from(content) : content;
  await page.getByTestId("file").setInputFiles({ name, mimeType: "text/csv", buffer });
}

/** Chooses a file and waits for its figures. */
export async function load(page: Page, name: string, content: string | Buffer): Promise<void> {
  await choose(page, name, content);
  await expect(page.locator(".understood")).toContainText(name);
  await ready(page);
}

export function card(page: Page, key: string) {
  return page.locator(`article[data-metric="${key}"]`);
}

/** The unrounded value that a card carries. */
export async function value(page: Page, key: string): Promise<number> {
  return Number(await card(page, key).getAttribute("data-value"));
}

export async function pickMonth(page: Page, month: string): Promise<void> {
  await page.locator("select[name=period]").selectOption(month);
}
