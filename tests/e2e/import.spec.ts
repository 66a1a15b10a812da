import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { D1, D2, D5, D7, d1AsUnicodeText } from "./data";
import { card, choose, load, open, ready, value, pickMonth } from "./page";

test.use({ locale: "en-GB", permissions: ["clipboard-read", "clipboard-write"] });

test("D1 is read as a German spreadsheet", async ({ page }) => {
  await open(page);
  await load(page, "d1.csv", D1);
  for (const [name, found] of [
    ["shape", "MRR, months as columns"],
    ["delimiter", "; separator"],
    ["decimal", "decimal comma"],
  ]) {
    await expect(page.locator(`.understood select[name=${name}] option:checked`)).toHaveText(found);
  }
  await expect(page.getByTestId("rows")).toContainText("8 rows");
  await expect(page.locator(".sample-chip")).toHaveCount(0);
  await page.getByText("How the file was understood").click();
  await expect(page.locator(".findings")).toContainText("W-TOTAL-ROW");
});

test("D1 as UTF-16 with tabs gives the same figures", async ({ page }) => {
  await open(page);
  await load(page, "d1.txt", d1AsUnicodeText());
  await expect(page.locator(".understood select[name=encoding]")).toHaveValue("UTF-16 LE");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

test("Windows-1252 keeps its umlauts", async ({ page }) => {
  await open(page);
  const text = D1.replace("Segment", "Größe").replaceAll("SMB", "Müller");
  await load(page, "d1.csv", Buffer.from(text, "latin1"));
  await expect(page.locator(".understood select[name=encoding]")).toHaveValue("Windows-1252");
  await expect(page.locator('tr[data-segment="Müller"]')).toBeVisible();
});

test("a period table gives the source examples", async ({ page }) => {
  await open(page);
  await load(page, "d5.csv", D5);
  expect(await value(page, "customer_retention_rate")).toBeCloseTo(0.95, 9);
  expect(await value(page, "account_retention_rate")).toBeCloseTo(1.05, 9);
  expect(await value(page, "nrr")).toBeCloseTo(1.1, 9);
  await expect(card(page, "nrr")).toContainText("Target > 100% met");
  expect(await value(page, "grr")).toBeCloseTo(0.9, 9);
  await expect(card(page, "grr")).toContainText("Target > 90% missed");
  await page.locator("select[name=row]").selectOption({ label: "Quelle 003" });
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-value", "0.1");
  await expect(card(page, "nrr")).toHaveAttribute("data-status", "missing_input");
});

test("customers with a churn flag give a survival curve", async ({ page }) => {
  await open(page);
  await load(page, "d7.csv", D7);
  await expect(card(page, "km_survival")).toHaveAttribute("data-value", "10.0");
  await page.locator("#survival").getByRole("button", { name: "Table" }).click();
  const rows = page.locator("#survival tbody tr");
  await expect(rows).toHaveText([/^381/, /^661/, /^751/, /^1031/, /^1221/]);
  await expect(rows.nth(2)).toContainText("58.3%18.0% – 84.4%");
});

test("real data: IBM's telco customers", async ({ page }) => {
  const file = "../../../shared/data/telco/Telco-Customer-Churn.csv";
  test.skip(!existsSync(file), "the shared data are not here");
  await open(page);
  await page.getByTestId("file").setInputFiles(file);
  await expect(page.locator(".understood")).toContainText("7,043 rows");
  await ready(page);
  const churn = card(page, "customer_churn_rate");
  expect(await value(page, "customer_churn_rate")).toBeCloseTo(1869 / 7043, 12);
  await expect(churn).toContainText("n = 7,043");
  await expect(churn).toContainText("26.5%");
  await expect(page.locator("#survival svg")).toBeVisible();
  await page.locator("select[name=column]").selectOption("Contract");
  for (const [contract, rate] of [["Month-to-month", "42.7%"], ["One year", "11.3%"], ["Two year", "2.8%"]]) {
    await expect(page.locator(`tr[data-segment="${contract}"] [data-metric=customer_churn_rate]`)).toHaveText(new RegExp(`^${rate}`));
  }
});

test("subscriptions become MRR by month, as far as months are over", async ({ page }) => {
  await open(page);
  await load(page, "abos.csv", D2);
  // The latest date is 15 May: April is the last complete month.
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "463.33");
  await expect(card(page, "customer_counts")).toHaveAttribute("data-value", "6");
  await expect(page.locator(".understood")).toContainText("subscriptions");
  await page.getByText("How the file was understood").click();
  await expect(page.locator(".findings")).toContainText("so that 2025-05 is not over");
  await expect(page.locator(".preview tr").first()).toContainText("Kundennr");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator(".understood")).toContainText("Abonnements");
});

test("subscriptions are counted as another product documents it, and the page says how", async ({ page }) => {
  await open(page);
  // A year from 15 January, cancelled on 10 June: paid to the end at first, then lost when it was cancelled.
  const file = `customer,amount,interval,start,end,cancelled at
a,1200,year,2025-01-15,2026-01-15,2025-06-10
b,50,month,2025-01-01,,
c,50,month,2025-07-01,2025-07-02,
`;
  await load(page, "yearly.csv", file);
  await pickMonth(page, "2025-06");
  await expect(card(page, "customer_churn_rate")).toHaveAttribute("data-value", "0.0");
  await page.locator("select[name=preset]").selectOption("stripe");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "50.00");
  await expect(page.locator("#definitions")).toContainText("churn_recognition = at_cancellation");
  await page.locator("select[name=preset]").selectOption("keeprate");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "150.00");
  await expect(page.locator("#definitions")).toHaveCount(0);
});

test("a pasted table opens", async ({ page }) => {
  await open(page);
  await page.evaluate((text) => navigator.clipboard.writeText(text), D1.replaceAll(";", "\t"));
  await page.locator("body").press("Control+V");
  await expect(page.locator(".understood")).toContainText("clipboard.csv");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

/** Pastes what a clipboard holds, by kind. */
async function paste(page: Page, held: Record<string, string>): Promise<void> {
  await page.evaluate((held) => {
    const clipboardData = new DataTransfer();
    for (const [kind, text] of Object.entries(held)) {
      clipboardData.setData(kind, text);
    }
    document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
  }, held);
}

/** A page's table: a customer beside several months, entities, lines within a cell, and what must not run. */
const HTML = `<p>Before</p><table><caption>MRR</caption>
<thead><tr><th>Customer</th><th>Month</th><th>MRR</th><th>Plan</th></tr></thead>
<tbody>
<tr><td rowspan="2">M&uuml;ller &amp; Co<script>document.title = "run"</script></td><td>2025-01</td><td>100.00</td><td>Pro<br>yearly</td></tr>
<tr><td>2025-02</td><td> 120.00 </td><td><p>Pro</p><p>yearly</p></td></tr>
<tr><td>B<img src="x" onerror="document.title='run'"></td><td>2025-02</td><td>30.00</td><td>Basic</td></tr>
</tbody></table>`;

for (const [what, held] of [
  ["without text", { "text/html": HTML }],
  ["whose text is torn", { "text/html": HTML, "text/plain": "Customer\tMonth\tMRR\tPlan\nMüller & Co\t2025-01\t100.00\tPro\nyearly\n" }],
] as const) {
  test(`a pasted table of a web page opens: ${what}`, async ({ page }) => {
    await open(page);
    const title = await page.title();
    await paste(page, held);
    await expect(page.locator(".understood")).toContainText("3 rows, all used");
    await ready(page);
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "150.00");
    await expect(card(page, "customer_counts")).toHaveAttribute("data-value", "2");
    expect(await page.title()).toBe(title);
  });
}

test("text that is a table is read as it is, whatever the page around it", async ({ page }) => {
  await open(page);
  // As code is shown: a table of numbered lines.
  const lines = ["customer;month;mrr", "A;2025-01;10", "A;2025-02;12"];
  const html = `<table>${lines.map((line, place) => `<tr><td>${place}</td><td>${line}</td></tr>`).join("")}</table>`;
  await paste(page, { "text/plain": lines.join("\n"), "text/html": html });
  await expect(page.locator(".understood")).toContainText("2 rows, all used");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "12.00");
});

test("a dropped file opens, and the page shows where it can fall", async ({ page }) => {
  await open(page);
  const transfer = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
    return transfer;
  }, D1);
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await expect(page.locator(".intake.hovering")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await expect(page.locator(".understood")).toContainText("dropped.csv");
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
});

const LONG = "customer,month,mrr\n";
const refused: [string, string | Buffer, string, string][] = [
  ["an empty file", "", "E-NOT-CSV", ""],
  ["a damaged spreadsheet", Buffer.from("PK\x03\x04xxxx"), "E-CONTAINER", "CSV"],
  ["a damaged old spreadsheet", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]), "E-CONTAINER", "CSV"],
  ["a picture renamed", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 1, 2, 3, 0, 0, 5]), "", ""],
  ["two decimal conventions", D1.replace("80,00", "80.00"), "E-NUM-MIXED", "Feb 25"],
  ["an open quote", LONG + 'a,2025-01,10\nb,"2025-02,10\n', "E-QUOTE", "3"],
  ["two orders of day and month", LONG + "a,13/04/2025,10\na,04/13/2025,10\n", "E-DATE-MIXED", ""],
  ["months without a year", "customer,Jan,Feb\na,1,2\n", "E-MONTH-YEAR", ""],
  ["two currencies", "customer,month,mrr,currency\na,2025-01,10,EUR\nb,2025-01,10,USD\n", "E-CURRENCY-MIXED", "USD"],
  ["another kind of table", "color,shape\nred,round\nblue,flat\n", "", ""],
];
for (const [name, content, code, place] of refused) {
  test(`refused with a sentence, the data stay: ${name}`, async ({ page }) => {
    await open(page);
    await load(page, "d1.csv", D1);
    await choose(page, "broken.csv", content);
    const trouble = page.locator(".trouble");
    await expect(trouble).toContainText("broken.csv cannot be used.");
    await expect(trouble).toContainText("What was loaded before is still shown.");
    await expect(trouble).toHaveAttribute("data-code", code === "" ? /^E-/ : code);
    await expect(trouble).toContainText(place);
    await expect(page.locator("main")).toHaveAttribute("data-state", "error");
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
    await trouble.getByRole("button", { name: "Close" }).click();
    await ready(page);
  });
}

test("a German reader gets German sentences", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Deutsch" }).click();
  await choose(page, "leer.csv", "");
  await expect(page.locator(".trouble")).toContainText("leer.csv lässt sich nicht verwenden.");
});

test("rows that cannot be used are counted and listed with their place", async ({ page }) => {
  await open(page);
  await load(page, "rows.csv", LONG + "a,2025-01,10\na,2025-02,abc\n,2025-02,5\nb,2025-13,5\nb,2025-02,7\n");
  await expect(page.getByTestId("rows")).toContainText("2 rows used, 3 left out");
  await expect(page.getByRole("alert").filter({ hasText: "incomplete" })).toBeVisible();
  await page.getByText("How the file was understood").click();
  await expect(page.locator(".left-out")).toHaveText("Left out: rows 3, customers concerned 2, amounts €10.00");
  await expect(page.locator(".findings")).toContainText("Record 3, column C (mrr)");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("rows-findings.csv");
  const csv = readFileSync(await (await download).path(), "utf8");
  expect(csv.split("\r\n")[1]).toMatch(/^E-NUM,error,3,3,C,mrr,abc,1,/);
});

test("a header alone is a table without customers", async ({ page }) => {
  await open(page);
  await load(page, "header.csv", LONG);
  await expect(card(page, "mrr")).toHaveAttribute("data-value", "0.00");
  await expect(card(page, "nrr")).toHaveAttribute("data-status", "undefined_zero_base");
});

test("an empty paste says what to do", async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData: new DataTransfer() }));
  });
  await expect(page.locator(".trouble")).toContainText("There was nothing to read.");
});

test.describe("another reader", () => {
  // The page's own policy would refuse the scripts that stand in for the reader.
  test.use({ bypassCSP: true });

  /** Lets the worker start another script as its reader. */
  async function replaceReader(page: Page, address: string): Promise<void> {
    await page.route("**/worker.js*", async (route) => {
      const response = await route.fetch();
      const replace = `const Original = Worker;
        self.Worker = function () { return new Original(${JSON.stringify(address)}); };`;
      await route.fulfill({ response, body: replace + (await response.text()) });
    });
  }

  const script = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;

  test("a browser that cannot read into given buffers reads slice by slice", async ({ page, baseURL }) => {
    const reader = await (await page.request.get(new URL("reader.js", baseURL).href)).text();
    await replaceReader(page, script(`ReadableStream.prototype.getReader = () => { throw new TypeError(); };${reader}`));
    await open(page);
    await load(page, "d1.csv", D1);
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  });

  for (const [what, address] of [
    ["a file that vanishes", script("onmessage = (event) => { event.data.port.onmessage = () => event.data.port.postMessage(null); };"),
    ],
    ["a reader that does not start", "./missing.js"],
  ] as const) {
    test(`${what} is said, and the data stay`, async ({ page }) => {
      await replaceReader(page, address);
      await open(page);
      const before = await value(page, "mrr");
      await choose(page, "d1.csv", D1);
      await expect(page.locator(".trouble")).toContainText("d1.csv");
      await expect(page.locator("main")).toHaveAttribute("data-state", "error");
      expect(await value(page, "mrr")).toBe(before);
    });
  }
});

test.describe("a large file", () => {
  let folder: string;
  let file: string;

  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "keeprate-"));
    file = join(folder, "large.csv");
    const rows = [];
    for (let customer = 0; customer < 40_000; customer += 1) {
      for (let month = 1; month <= 12; month += 1) {
        rows.push(`customer-number-${customer},2025-${String(month).padStart(2, "0")},${(customer % 90) + 10}.50`);
      }
    }
    writeFileSync(file, LONG + rows.join("\n") + "\n");
  });

  test.afterAll(() => rmSync(folder, { recursive: true }));

  test("is cancelled, and what was there stays", async ({ page }) => {
    await open(page);
    const before = await value(page, "mrr");
    // Chosen and cancelled within one task of the page: the worker cannot have finished in between.
    await page.evaluate(() => {
      const watch = new MutationObserver(() => {
        const button = document.querySelector<HTMLButtonElement>(".progress button");
        if (button !== null) {
          watch.disconnect();
          button.click();
        }
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    await page.getByTestId("file").setInputFiles(file);
    await expect(page.locator(".trouble")).toContainText("was cancelled");
    expect(await value(page, "mrr")).toBe(before);
  });

  test("gives way to a second one", async ({ page }) => {
    await open(page);
    await page.getByTestId("file").setInputFiles(file);
    await load(page, "d1.csv", D1);
    await expect(card(page, "mrr")).toHaveAttribute("data-value", "820.00");
  });

  test("is shared and exported when its report is whole, not before", async ({ page }) => {
    await open(page);
    // What can be pressed while the figures are there and the rest is still asked for: each state that the page has.
    await page.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(window, { seen });
      const look = () => {
        const main = document.querySelector<HTMLElement>("main")!;
        if (document.querySelector(".understood")?.textContent?.includes("480,000 rows")) {
          const buttons = [...main.querySelectorAll<HTMLButtonElement>("button")].filter((button) => /^(Share|Export JSON)$/.test(button.textContent!));
          seen.add(`${main.dataset.state}: ${buttons.map((button) => (button.disabled ? "waits" : "works")).join(", ")}`);
        }
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
    });
    await page.getByTestId("file").setInputFiles(file);
    await expect(page.locator(".understood")).toContainText("480,000 rows");
    await ready(page);
    const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
    expect(seen[0]).toBe("reading: waits, waits");
    expect(seen.at(-1)).toBe("ready: works, works");
  });

  test("opens", async ({ page }) => {
    await open(page);
    await page.getByTestId("file").setInputFiles(file);
    await expect(page.locator(".understood")).toContainText("480,000 rows");
    await ready(page);
    await expect(card(page, "customer_counts")).toHaveAttribute("data-value", "40000");
  });
});
