// What the declarations of the answers kept allow a script to do, and what they do not.
import { collect } from "keeprate-survey/responses";
import type { KeeprateResponse } from "keeprate-survey";

const responses = collect({ survey: "onboarding" });
responses.addEventListener("change", async () => show(await responses.all()));

export async function show(answers: KeeprateResponse[]): Promise<string> {
  const notice = (await responses.durable()) ? "" : " until the page is closed";
  return `${answers.length} of ${await collect().count()}${notice}: ${(await responses.csv()) + (await responses.json())}`;
}

export const save = (): Promise<void> => responses.download("csv").then(() => responses.clear());

// @ts-expect-error No such format.
responses.download("xlsx");
// @ts-expect-error A survey has a name.
collect({ survey: 5 });
// @ts-expect-error No such event.
responses.addEventListener("added", (event: CustomEvent) => event.detail);
// @ts-expect-error Answers are read in their own time.
export const texts = responses.csv().length;
// @ts-expect-error Nothing is written into them.
responses.all().then((answers) => answers.push("9"));
