import { expect, test, type Page } from "@playwright/test";
import { collect, embedAcross, record } from "./host";

test.use({ locale: "en-GB" });

const frame = (page: Page) => page.frameLocator("keeprate-survey iframe");

for (const [name, policy] of [
  ["fetching", "script-src HOST 'wasm-unsafe-eval'; frame-src HOST"],
  ["WebAssembly and further modules", "script-src HOSTwidget/keeprate-survey.js; connect-src HOST; frame-src HOST"],
]) {
  test(`a policy that forbids ${name} gets the survey in a frame, whose answer arrives`, async ({ page, baseURL }) => {
    const lines: string[] = [];
    page.on("console", (message) => message.type() === "warning" && lines.push(message.text()));
    const events = await record(page);
    const answers = await collect(page);
    await embedAcross(page, baseURL!, {
      attributes: `product="Ünïcödé 😀" endpoint="${baseURL}v1/responses" customer="cus_1" data-plan="team" page-address`,
      policy: `default-src 'none'; style-src 'none'; ${policy}`,
      language: "de",
    });
    const survey = frame(page);
    await expect(survey.locator("legend")).toHaveText("Wie wahrscheinlich ist es, dass Sie Ünïcödé 😀 weiterempfehlen?");
    await survey.locator("label:has(#score9)").click();
    await survey.locator("#comment").fill("im Rahmen");
    await survey.locator("#send").click();
    await expect(survey.locator("#status strong")).toBeVisible();
    await expect.poll(async () => (await events()).map(([name]) => name)).toEqual(["shown", "change", "change", "submit", "delivered"]);
    expect(answers).toEqual([
      expect.objectContaining({ score: 9, comment: "im Rahmen", customer: "cus_1", meta: { plan: "team" }, locale: "de", page: page.url() }),
    ]);
    expect((await events())[3][1]).toEqual(answers[0]);
    expect(lines.length).toBe(1);
    expect(lines[0]).toContain("keeprate-survey runs without WebAssembly: ");
  });
}
