import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { expect, type BrowserContext, type Page } from "@playwright/test";

/** A page that embeds the element, as a test needs it. */
export interface Host {
  /** Attributes of the element, as HTML. */
  attributes?: string;
  /** What stands in the page's head, before the element's script. */
  head?: string;
  /** What stands before and after the element. */
  before?: string;
  after?: string;
  /** The page's content security policy. */
  policy?: string;
  /** Whether the policy only reports. */
  reportOnly?: boolean;
  /** What the policy calls the element's script. */
  nonce?: string;
  language?: string;
  /** Where the element's module is, if not beside the page. */
  source?: string;
}

/** An answer as the collector got it. */
export interface Answer {
  [name: string]: unknown;
  id: string;
  score?: number;
  comment?: string;
  partial: boolean;
}

/** Serves the page at `host.html`, beside `widget/`, and opens it. */
export async function embed(page: Page, host: Host = {}): Promise<void> {
  await serve(page, host);
  await page.goto("host.html");
  await page.locator("keeprate-survey").first().evaluate((element: any) => element.whenReady);
}

function html(host: Host): string {
  const attributes = host.attributes ?? "";
  return `<!doctype html>
    <html lang="${host.language ?? "en"}">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Host</title>
        ${host.head ?? "<style>:root { color-scheme: light dark }</style>"}
        <script type="module" nonce="${host.nonce ?? ""}" src="${host.source ?? "widget/keeprate-survey.js"}"></script>
      </head>
      <body>
        <main>
          <h1>Host</h1>
          ${host.before ?? ""}
          <keeprate-survey survey="onboarding" ${attributes}></keeprate-survey>
          ${host.after ?? ""}
        </main>
      </body>
    </html>`;
}

export async function serve(page: Page, host: Host): Promise<void> {
  const headers: Record<string, string> = host.policy ? { "content-security-policy": host.policy } : {};
  await page.route(/\/host\.html|\/app\//, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html(host), headers }));
}

/** Answers requests on an origin of its own; resolves to its address. */
export async function listen(answer: RequestListener): Promise<{ address: string; close: () => void }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

/** Opens a page on another origin than the element's, and resolves to its address. HOST in its policy is the element's. */
export async function embedAcross(page: Page, baseURL: string, host: Host): Promise<string> {
  await page.route("**/widget/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
  const body = html({ head: "", source: `${baseURL}widget/keeprate-survey.js`, ...host });
  const { address, close } = await listen((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (host.policy) {
      const header = `content-security-policy${host.reportOnly ? "-report-only" : ""}`;
      response.setHeader(header, host.policy.replaceAll("HOST", baseURL));
    }
    response.end(body);
  });
  page.once("close", close);
  await page.goto(`${address}host.html`);
  return page.url();
}

/** Plays the collector at `/v1/responses`: replies with the statuses in turn, then with the last one; 0 is no reply. */
export async function collect(context: BrowserContext | Page, ...statuses: number[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  await context.route("**/v1/responses", async (route) => {
    const status = statuses.length > 1 ? statuses.shift()! : (statuses[0] ?? 201);
    if (status === 0) {
      return route.abort("internetdisconnected");
    }
    answers.push(route.request().postDataJSON());
    await route.fulfill({ status, headers: status === 429 ? { "retry-after": "40" } : {} });
  });
  return answers;
}

/** Stops the page's clock: from now on only `page.clock` moves it, however slow the machine is. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.install({ time: "2026-11-21T12:00:00Z" });
  await page.clock.pauseAt("2026-11-21T12:00:01Z");
}

/** Remembers every event of the element, from before it exists. */
export async function record(page: Page): Promise<() => Promise<[string, any][]>> {
  await page.addInitScript(() => {
    const seen: unknown[] = ((window as any).seen = []);
    for (const name of ["shown", "change", "submit", "delivered", "failed", "dismissed"]) {
      document.addEventListener(`keeprate-${name}`, (event) => seen.push([name, (event as CustomEvent).detail]));
    }
  });
  return () => page.evaluate(() => (window as any).seen);
}

/** A script that forbids the page a property of its window. */
export const throwing = (name: string) => `Object.defineProperty(window, "${name}", {
  get: () => { throw new DOMException("forbidden", "SecurityError") },
});`;

/** Chooses a score as a person does who clicks. */
export async function choose(page: Page, score: number): Promise<void> {
  await page.locator(`label:has(#score${score})`).click();
}

export async function send(page: Page, comment?: string): Promise<void> {
  if (comment !== undefined) {
    await page.locator("#comment").fill(comment);
  }
  await page.locator("#send").click();
}

export async function thanked(page: Page): Promise<void> {
  await expect(page.locator("#status strong")).toBeVisible();
}

/** Calls `show()` and answers what it resolves to. */
export function show(page: Page, options: object = {}): Promise<string> {
  return page.locator("keeprate-survey").evaluate((element: any, options) => element.show(options), options);
}

/** Nothing to say for axe, in either theme. */
export async function clean(page: Page, state: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A survey hears of it with the next frame, and picks colours that can be read.
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations, `${state}, ${colorScheme}`).toEqual([]);
  }
}
