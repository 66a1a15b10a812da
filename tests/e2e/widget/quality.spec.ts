import { expect, test } from "@playwright/test";
import { choose, clean, collect, embed, record, send, thanked } from "./host";

test.use({ locale: "en-GB" });

for (const language of ["en", "de"]) {
  for (const [kind, score] of [[`kind="nps"`, 9], [`kind="csat" symbols="faces"`, 2], [`kind="ces" place="modal"`, 7], [`kind="text" place="popover"`, 0]] as const) {
    test(`axe has nothing to say in any state: ${kind}, ${language}`, async ({ page }) => {
      await collect(page, 0);
      await embed(page, {
        attributes: `${kind} endpoint="v1/responses" storage="none" privacy="/privacy" consent="Acme"`,
        language,
      });
      await expect(page.locator("#box")).toBeVisible();
      await clean(page, "question");
      if (score > 0) {
        await choose(page, score);
        await clean(page, "chosen, follow-up");
      }
      await send(page, "A comment");
      await expect(page.locator("#status.error")).toBeVisible();
      await clean(page, "error");
      // Once it may be stored, the same answer is safe, though there is no connection.
      await page.locator("keeprate-survey").evaluate((element) => element.removeAttribute("storage"));
      await send(page);
      await thanked(page);
      await expect(page.locator("#note")).not.toBeEmpty();
      await clean(page, "offline");
      await page.locator("#note").evaluate((note) => note.replaceChildren());
      await clean(page, "thanks");
    });
  }
}

test("the demo page asks in each kind and place and lists what happens", async ({ page }) => {
  await page.goto("widget/");
  await clean(page, "demo, English");
  for (const [name, value] of [["kind", "csat"], ["symbols", "stars"], ["place", "popover"], ["locale", "de"]]) {
    await page.locator(`select[name=${name}]`).selectOption(value);
  }
  await expect(page.locator("legend")).toHaveText("Wie zufrieden sind Sie mit Keeprate?");
  await expect(page.locator("h2")).toHaveText(["Antworten", "Zum Einbetten", "Ereignisse"]);
  await clean(page, "demo, German");
  await choose(page, 5);
  await send(page, "Gut");
  await thanked(page);
  await expect(page.locator("#events li").first()).toContainText('"score":5,"comment":"Gut"');
});

test("the keyboard is enough: one tab stop, arrows, digits, Enter", async ({ page }) => {
  const events = await record(page);
  await embed(page, { before: `<button>before</button>` });
  await page.getByRole("button", { name: "before" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("#score1")).toBeChecked();
  await expect(page.locator("#score1")).toBeFocused();
  await page.keyboard.press("7");
  await expect(page.locator("#score7")).toBeFocused();
  await page.keyboard.press("1");
  await page.keyboard.press("0");
  await expect(page.locator("#score10")).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(page.locator("#comment")).toBeFocused();
  await page.keyboard.type("10 of 10");
  await expect(page.locator("#score10")).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(page.locator("#send")).toBeFocused();
  await page.keyboard.press("Enter");
  await thanked(page);
  await expect(page.getByRole("status")).toBeFocused();
  const submitted = (await events()).filter(([name]) => name === "submit");
  expect(submitted.map(([, { score, comment }]) => [score, comment])).toEqual([[10, "10 of 10"]]);
});

test("a digit that the scale does not have chooses nothing", async ({ page }) => {
  await embed(page, { attributes: `kind="csat"` });
  await page.locator("#score1").focus();
  for (const key of ["0", "6", "9"]) {
    await page.keyboard.press(key);
  }
  await expect(page.getByRole("radio", { checked: true })).toHaveCount(0);
});

test("the page's shortcuts do not hear what is written", async ({ page }) => {
  await embed(page, { head: `<script>heard = []; addEventListener("keydown", ({ key }) => heard.push(key))</script>` });
  await choose(page, 5);
  await page.locator("#comment").pressSequentially("gs");
  expect(await page.evaluate("heard")).toEqual([]);
  await expect(page.locator("#comment")).toHaveValue("gs");
});

for (const place of ["popover", "bar", "modal"]) {
  test(`a ${place} opens, is left by Escape and gives the focus back`, async ({ page }) => {
    const events = await record(page);
    await embed(page, { attributes: `place="${place}" trigger="event:go"`, before: `<button>work</button>` });
    const work = page.getByRole("button", { name: "work" });
    await work.focus();
    await page.evaluate(() => document.dispatchEvent(new Event("go")));
    await expect(page.locator("#box")).toBeInViewport({ ratio: 1 });
    if (place === "modal") {
      // Nothing outside can be reached while it is open.
      for (let step = 0; step < 6; step++) {
        await page.keyboard.press("Tab");
        await expect(work).not.toBeFocused();
      }
      await page.locator("#score0").focus();
    } else {
      await expect(work).toBeFocused();
      await page.locator("#score0").focus();
    }
    await page.keyboard.press("Escape");
    await expect(page.locator("#box")).toHaveCount(0);
    await expect(work).toBeFocused();
    expect((await events()).map(([name]) => name)).toEqual(["shown", "dismissed"]);
  });
}

for (const width of [320, 390, 1280]) {
  test(`every target is large enough and visible at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 700 });
    for (const attributes of [`kind="nps"`, `kind="nps" place="popover" cool-down="0"`, `kind="csat" symbols="stars"`, `kind="ces" place="modal" cool-down="0"`]) {
      await embed(page, { attributes, language: "de" });
      await choose(page, 5);
      const targets = await page.locator("#row label, #send, #close").evaluateAll((elements) =>
        elements.map((element) => {
          const { left, right, top, width, height } = element.getBoundingClientRect();
          return { left, right, top, width, height };
        }),
      );
      expect(targets.length).toBeGreaterThan(5);
      for (const target of targets) {
        expect(target.width).toBeGreaterThanOrEqual(44);
        expect(target.height).toBeGreaterThanOrEqual(44);
        expect(target.left).toBeGreaterThanOrEqual(0);
        expect(target.right).toBeLessThanOrEqual(width);
        expect(target.top).toBeGreaterThanOrEqual(0);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const rows = new Set(await page.locator("#row label").evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().top)));
      expect(rows.size).toBeLessThanOrEqual(2);
    }
  });
}

for (const place of ["inline", "popover", "bar", "modal"]) {
  test(`a keyboard that takes half of the window does not cover the field: ${place}`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await embed(page, { attributes: `place="${place}" score="9" locale="de"`, before: `<div style="height: 500px"></div>` });
    await page.locator("#comment").click();
    await page.setViewportSize({ width: 320, height: 350 });
    await expect(page.locator("#comment")).toBeFocused();
    // All of it, but for a fraction of a pixel.
    await expect(page.locator("#comment")).toBeInViewport({ ratio: 0.99 });
    // Nothing lies above it.
    const reached = () =>
      page.locator("#comment").evaluate((field) => {
        const { left, right, top, bottom } = field.getBoundingClientRect();
        const root = field.getRootNode() as ShadowRoot;
        return [top + 4, bottom - 4].every((y) => root.elementFromPoint((left + right) / 2, y) === field);
      });
    await expect.poll(reached).toBe(true);
  });
}

test("any accent can be read", async ({ page }) => {
  // Relative luminance and contrast as WCAG 2.2 defines them.
  const luminance = (colour: string) => {
    const [red, green, blue] = colour.match(/[\d.]+/g)!.map((channel) => {
      const value = +channel / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (...colours: string[]) => {
    const [dark, light] = colours.map(luminance).sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  };
  // The first are the survey's own colours.
  for (const accent of ["", "yellow", "#888", "oklch(70% 0.2 30)", "hsl(210 90% 15%)", "rgb(36, 90, 141)"]) {
    for (const theme of ["light", "dark"]) {
      await embed(page, {
        attributes: `theme="${theme}"`,
        head: accent && `<style>keeprate-survey { --keeprate-accent: ${accent} }</style>`,
      });
      await choose(page, 5);
      const button = await page.locator("#send").evaluate((button) => {
        const { backgroundColor, color } = getComputedStyle(button);
        return [backgroundColor, color];
      });
      const surface = theme === "light" ? "rgb(255, 255, 255)" : "rgb(28, 33, 38)";
      expect(contrast(...button), `${accent} ${theme}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(button[0], surface), `${accent} ${theme}`).toBeGreaterThanOrEqual(4.5);
      if (theme === "light" && (!accent || accent.startsWith("rgb"))) {
        expect(button[0]).toBe("rgb(36, 90, 141)");
      }
    }
  }
});

test("forced colours show what is chosen", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await embed(page);
  await choose(page, 5);
  const [chosen, other] = await page
    .locator("label:has(#score5), label:has(#score6)")
    .evaluateAll((labels) => labels.map((label) => getComputedStyle(label).backgroundColor));
  expect(chosen).not.toBe(other);
});

const HOSTILE = `* { all: revert !important; color: lime !important; font: 40px serif !important; display: inline !important }
  label, input, button { position: static !important; padding: 99px !important } :root { font-size: 60px }`;

test("a page's styles do not come in, nor do the element's get out", async ({ page }) => {
  const look = async (head?: string) => {
    await embed(page, { head });
    await choose(page, 5);
    return page.locator("#box, #row label, #send").evaluateAll((elements) =>
      elements.map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const { color, fontSize, fontFamily, display } = getComputedStyle(element);
        return [Math.round(height), element.id === "box" ? 0 : Math.round(width), color, fontSize, fontFamily, display];
      }),
    );
  };
  const calm = await look("");
  expect(await look(`<style>${HOSTILE}</style>`)).toEqual(calm);
  expect(await page.locator("h1").evaluate((title) => getComputedStyle(title).color)).toBe("rgb(0, 255, 0)");
});

const STRICT = "default-src 'none'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; ";

test("a strict policy is enough: no inline style, no trusted type, wasm and the collector alone", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const answers = await collect(page);
  await embed(page, {
    head: "",
    attributes: `kind="csat" symbols="faces" endpoint="v1/responses" place="popover"`,
    policy: STRICT + "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  });
  await choose(page, 4);
  await expect(page.locator("#send")).toHaveCSS("border-radius", "8px");
  await send(page);
  await thanked(page);
  await expect.poll(() => answers.length).toBe(1);
  expect(complaints).toEqual([]);
});

for (const [name, policy, missing] of [
  ["WebAssembly", "script-src 'self'; connect-src 'self'", "unsafe-eval"],
  ["fetching", "script-src 'self' 'wasm-unsafe-eval'", "fetch"],
]) {
  test(`a policy that forbids ${name} gets the same survey without it, and one line in the console`, async ({ page }) => {
    const lines: string[] = [];
    page.on("console", (message) => message.type() === "warning" && lines.push(message.text()));
    await embed(page, { head: "", attributes: `product="Ünïcödé 😀"`, policy: STRICT + policy, language: "de" });
    await expect(page.locator("legend")).toHaveText("Wie wahrscheinlich ist es, dass Sie Ünïcödé 😀 weiterempfehlen?");
    await choose(page, 10);
    await expect(page.locator("#asked")).toHaveText("Was gefällt Ihnen am besten?");
    await send(page, "größer");
    await thanked(page);
    expect(lines.length).toBe(1);
    expect(lines[0]).toContain("keeprate-survey runs without WebAssembly: ");
    expect(lines[0]).toContain(missing);
  });
}

test("what a page holds is text: no markup, no commands", async ({ page }) => {
  const events = await record(page);
  await embed(page);
  const odd = "<img src=x onerror=alert(1)>\u0000\u001e<\u001fscript\u001e{product}$|;\ud800";
  await page.locator("keeprate-survey").evaluate((element: any, odd) => {
    element.question = odd;
    element.customer = odd;
    element.setAttribute("data-odd", odd);
  }, odd);
  await expect(page.locator("legend")).toContainText("<img src=x onerror=alert(1)>");
  await expect(page.locator("#box :is(img, script)")).toHaveCount(0);
  await choose(page, 5);
  await send(page, odd);
  await thanked(page);
  const [, detail] = (await events()).find(([name]) => name === "submit")!;
  expect(detail.meta.odd).toBe("<img src=x onerror=alert(1)><script{product}$|;\ufffd");
  expect(detail.customer).toBe(detail.meta.odd);
});

test("500 elements that are answered and removed leave nothing behind", async ({ page }) => {
  // Hundreds of elements take a while where a machine has more to do.
  test.slow();
  await embed(page);
  const round = (count: number) =>
    page.evaluate(async (count) => {
      // The collector is the page itself: 600 replies from outside would take most of this test's time.
      window.fetch = async () => new Response("", { status: 201 });
      for (let index = 0; index < count; index++) {
        const element: any = document.createElement("keeprate-survey");
        Object.assign(element, { survey: "leak", place: index % 2 ? "popover" : "inline", coolDown: 0, endpoint: "v1/responses" });
        const delivered = new Promise((resolve) => element.addEventListener("keeprate-delivered", resolve, { once: true }));
        document.body.append(element);
        await new Promise((resolve) => element.addEventListener("keeprate-shown", resolve, { once: true }));
        element.shadowRoot.getElementById("score9").click();
        element.shadowRoot.getElementById("send").click();
        await delivered;
        element.remove();
      }
    }, count);
  const session = await page.context().newCDPSession(page);
  const counted = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return { nodes, jsEventListeners, usedSize };
  };
  // What is made once, caches and compiled code among it, is made by then.
  await round(100);
  const before = await counted();
  await round(500);
  // One element has about 50 nodes and 20 listeners: less than two of them may still be on their way out. The browser
  // goes on compiling for a while, so the heap may grow, but by less than any object per element would take.
  await expect(async () => {
    const after = await counted();
    expect(after.nodes - before.nodes).toBeLessThan(100);
    expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(40);
    expect(after.usedSize - before.usedSize).toBeLessThan(128_000);
  }).toPass();
});

test("two requests show a survey", async ({ page, baseURL }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url().replace(baseURL!, "")));
  await embed(page);
  await expect(page.locator("#box")).toBeVisible();
  expect(requests.sort()).toEqual(["host.html", "widget/keeprate-survey.js", "widget/keeprate-survey.wasm"]);
});
