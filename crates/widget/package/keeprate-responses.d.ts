import type { KeeprateResponse } from "./keeprate-survey.js";

/** Answers kept in this browser, for all tabs of an origin: in IndexedDB, else in localStorage, else in memory for as
 *  long as the page lives. One for each answer: the complete one takes the partial one's place and then never changes;
 *  what a listener of `keeprate-submit` cancels is not kept. Nothing is sent, and no method throws. */
export interface KeeprateResponses extends EventTarget {
  /** Newest last. */
  all(): Promise<KeeprateResponse[]>;
  count(): Promise<number>;
  /** UTF-8 with a byte order mark, commas, a line for each answer, a column `meta.NAME` for each hidden field. A cell
   *  that a spreadsheet would take for a formula begins with an apostrophe. */
  csv(): Promise<string>;
  /** A list of answers. */
  json(): Promise<string>;
  /** Saves the answers as a file, which Keeprate opens. */
  download(format: "csv" | "json"): Promise<void>;
  /** Deletes the answers. */
  clear(): Promise<void>;
  /** Whether answers outlive the page. */
  durable(): Promise<boolean>;
  /** `change`: an answer was kept or deleted, here or in another tab. */
  addEventListener(
    type: "change",
    listener: (this: KeeprateResponses, event: Event) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** From now on keeps the answers of every survey element on the page, or of the surveys of a name. The same name gives
 *  the same object. */
export function collect(options?: { survey?: string }): KeeprateResponses;
