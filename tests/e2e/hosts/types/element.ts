// What the element's declarations allow a script to do, and what they do not.
import "keeprate-survey";
import type { KeeprateResponse } from "keeprate-survey";

const survey = document.createElement("keeprate-survey");
survey.product = "Acme";
survey.followUp = null;
survey.storage = { getItem: () => null, setItem() {} };
survey.config = { kind: "nps" };
survey.addEventListener("keeprate-submit", (event) => keep(event.detail));
survey.addEventListener("click", (event) => event.preventDefault());

export async function ask(): Promise<boolean> {
  await survey.whenReady;
  return (await survey.show({ force: true })) === "shown";
}

export function keep(response: KeeprateResponse): string {
  const { score = 0, comment = "" } = response;
  return `${score.toFixed()} ${comment.trim()}`;
}

// @ts-expect-error No such method.
survey.open();
// @ts-expect-error A text is no flag.
survey.product = true;
// @ts-expect-error A reason is a word.
ask().then(async () => (await survey.show()) === 5);
// @ts-expect-error What was chosen is no response yet.
survey.addEventListener("keeprate-change", (event) => keep(event.detail));
// @ts-expect-error A score may be missing.
export const doubled = (response: KeeprateResponse) => response.score * 2;
