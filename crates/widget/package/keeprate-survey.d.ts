/** What is asked: 0 to 10, 1 to 5, agreement on 1 to 7 (or 5), or an open question. */
export type Kind = "nps" | "csat" | "ces" | "text";

/** The group of a score; ends attributes such as `thanks-promoter`. */
export type Group = "promoter" | "passive" | "detractor" | "satisfied" | "unsatisfied" | "easy" | "difficult";

/** When a survey shows itself: at once, after seconds, at a share of the page in percent, when the pointer leaves the
 *  window, at an event on the document, or only by `show()`. */
export type Trigger = "now" | `delay:${number}` | `scroll:${number}` | "exit" | `event:${string}` | "code";

/** Texts that replace the German and English ones. `{product}` stands for the product in each of them. */
export interface Texts {
  question?: string;
  /** What the lowest and the highest score mean. */
  low?: string;
  high?: string;
  /** The open question after the score; an empty one is not asked. */
  "follow-up"?: string;
  thanks?: string;
  "link-text"?: string;
  /** What the person agrees to by sending. */
  consent?: string;
  "privacy-text"?: string;
  send?: string;
  close?: string;
  optional?: string;
  /** After the thank-you, while the collector cannot be reached. */
  offline?: string;
  error?: string;
  /** An open question that was sent without a word. */
  empty?: string;
}

type PerGroup<Name extends string> = { [Key in `${Name}-${Group}`]?: string };

/** Everything that a survey can be told, as attributes, or as a definition in `config`. */
export interface KeeprateSurveyAttributes
  extends Texts,
    PerGroup<"follow-up">,
    PerGroup<"thanks">,
    PerGroup<"link">,
    PerGroup<"link-text"> {
  /** The survey's name: answers, cool-downs and samples go by it. */
  survey?: string;
  kind?: Kind;
  /** `5` asks for effort on 1 to 5. */
  scale?: "5" | "7" | number;
  /** How satisfaction is drawn. */
  symbols?: "numbers" | "stars" | "faces";
  product?: string;
  /** Where answers are sent; without it they are only handed to the page. */
  endpoint?: string;
  /** The language, else that of the surrounding page. */
  locale?: string;
  /** Address of the privacy notice. */
  privacy?: string;
  /** Address of a link below the thank-you. */
  link?: string;
  /** Who answers, and their segment. At most 200 characters, as each of up to 20 `data-*` fields. */
  customer?: string;
  segment?: string;
  /** Sends the page's address along. */
  "page-address"?: boolean | string;
  /** The page that the survey is about, if it is not the one that it stands on. */
  page?: string;
  /** Chosen from the start; sent only by the person. */
  score?: number | string;
  /** `auto` follows the system; without it the survey follows the page's `color-scheme`. */
  theme?: "light" | "dark" | "auto";
  place?: "inline" | "popover" | "modal" | "bar";
  trigger?: Trigger;
  /** A pattern of the page's path in which `*` stands for anything. */
  pages?: string;
  /** The share of people who are asked, in percent. */
  sample?: number | string;
  /** First and last date (or date and time) in UTC, ISO 8601. */
  from?: string;
  until?: string;
  /** Days without a question after an answer; 90, or 0 inline. */
  "cool-down"?: number | string;
  /** Days without a question after a dismissal; 30, or 0 inline. */
  "cool-down-dismissed"?: number | string;
  /** `none` keeps nothing in this browser, neither cool-downs nor answers. */
  storage?: "none" | Pick<Storage, "getItem" | "setItem">;
  /** A definition, or the address of one. */
  config?: string | Definition;
}

/** A survey as JSON: the attributes in kebab or camel case, texts also under `messages`, hidden fields under `data`. */
export interface Definition {
  messages?: Texts & { [name: string]: string | undefined };
  data?: { [name: string]: string | number | boolean };
  [name: string]: unknown;
}

/** Why nothing is asked. `blocked`: the page's policy leaves no way; further words may follow. */
export type Obstacle = "dates" | "page" | "sample" | "cool-down" | "other tab" | "blocked" | (string & {});

/** An answer. */
export interface KeeprateResponse {
  schema: "keeprate.response/1";
  /** The same for the partial and the complete answer. */
  id: string;
  survey: string;
  kind: Kind;
  scale?: { min: number; max: number };
  score?: number;
  comment?: string;
  answered_at: string;
  shown_at: string;
  locale: string;
  customer?: string;
  segment?: string;
  page?: string;
  meta: { [name: string]: string };
  /** Whether the person had chosen a score and not yet sent it. */
  partial: boolean;
  widget: string;
}

/** What has been entered so far. */
export interface Entered {
  survey: string;
  score?: number;
  comment?: string;
}

/** What became of an answer. */
export interface Outcome {
  response: KeeprateResponse;
  /** The status of the collector's reply, 0 without one. */
  status: number;
}

/** They bubble and leave shadow roots. */
export interface KeeprateSurveyEventMap {
  "keeprate-shown": CustomEvent<Entered>;
  /** A person's input, never a script's. */
  "keeprate-change": CustomEvent<Entered>;
  /** Can be cancelled, unless it comes out of a frame: then the answer is neither stored nor sent. */
  "keeprate-submit": CustomEvent<KeeprateResponse>;
  "keeprate-delivered": CustomEvent<Outcome>;
  "keeprate-failed": CustomEvent<Outcome>;
  "keeprate-dismissed": CustomEvent<Entered>;
}

/**
 * What the hosted page tells the page around it, if its address names that page's origin as `origin`. `refused` says why
 * nothing is asked: an obstacle of `show()`, or the parameter that is wrong. `title` comes with `shown`.
 */
export type KeeprateFrameMessage =
  | { type: keyof KeeprateSurveyEventMap; detail: Entered | KeeprateResponse | Outcome; title?: string }
  | { type: "keeprate-height"; height: number }
  | { type: "keeprate-refused"; detail: string };

/** The one thing that it listens to, from its parent and that origin. */
export interface KeeprateFrameRequest {
  type: "keeprate-dismiss";
}

/** `<keeprate-survey>`. Its properties mirror the attributes in camel case; those for a group are attributes only. */
export interface KeeprateSurvey extends HTMLElement {
  survey: string | null;
  kind: string | null;
  scale: string | number | null;
  symbols: string | null;
  product: string | null;
  endpoint: string | null;
  locale: string | null;
  question: string | null;
  low: string | null;
  high: string | null;
  followUp: string | null;
  consent: string | null;
  privacy: string | null;
  privacyText: string | null;
  thanks: string | null;
  link: string | null;
  linkText: string | null;
  send: string | null;
  close: string | null;
  optional: string | null;
  offline: string | null;
  error: string | null;
  empty: string | null;
  customer: string | null;
  segment: string | null;
  page: string | null;
  pageAddress: string | boolean | null;
  score: string | number | null;
  theme: string | null;
  place: string | null;
  trigger: string | null;
  pages: string | null;
  sample: string | number | null;
  from: string | null;
  until: string | null;
  coolDown: string | number | null;
  coolDownDismissed: string | number | null;
  storage: "none" | Pick<Storage, "getItem" | "setItem"> | null;
  config: Definition | string;
  /** Resolves when the element can show a survey. */
  readonly whenReady: Promise<void>;
  /** Shows the survey if its rules allow it, with `force` in any case. Resolves to what stands in the way, if anything. */
  show(options?: { force?: boolean }): Promise<"shown" | Obstacle>;
  dismiss(): void;
  /** Forgets the answer and begins anew; cool-downs stay. */
  reset(): void;
  addEventListener<Type extends keyof KeeprateSurveyEventMap>(
    type: Type,
    listener: (this: KeeprateSurvey, event: KeeprateSurveyEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "keeprate-survey": KeeprateSurvey;
  }
}
