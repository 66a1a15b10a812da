// Answers kept in the browser in which they were given, for pages without a collector: in IndexedDB, else in
// localStorage, else in memory. Every tab of an origin sees them; nothing is sent.

const NAME = "keeprate.responses";
const LIMIT = 2e3;
const COLUMNS = (
  "id survey kind scale_min scale_max score comment answered_at shown_at locale customer segment page partial widget"
).split(" ");

/** What could be kept nowhere else, by its key. */
const memory = new Map();
/** What the page works with, by the name of its survey; without a name it is everything. */
const collections = new Map();
let opening;
let channel;

/** A partial answer has an entry of its own, which nobody sees beside the complete one. */
const keyOf = ({ id, partial }) => (partial ? `${id} partial` : id);
const isResponse = (value) => value?.schema === "keeprate.response/1" && typeof value.id === "string";

/** What a text stands for; nothing where it is no JSON. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The database, open as long as the page lives. */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME);
    AbortSignal.timeout(LIMIT).onabort = reject;
    request.onupgradeneeded = () => request.result.createObjectStore("answers");
    request.onerror = reject;
    request.onsuccess = () => {
      const database = request.result;
      // Whoever deletes the browser's data does not wait for this page.
      database.onclose = database.onversionchange = () => {
        database.close();
        opening = undefined;
      };
      resolve(database);
    };
  });
  return opening;
}

/** Does work in the database and answers the result of the request that it returns. */
async function inDatabase(mode, work) {
  const transaction = (await database()).transaction("answers", mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    AbortSignal.timeout(LIMIT).onabort = reject;
    const request = work(transaction.objectStore("answers"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Does work with localStorage; answers whether there is one that lets it. */
function inStorage(work) {
  try {
    work(localStorage);
    return true;
  } catch {
    return false;
  }
}

/** Keeps an answer, unless it is finished and known: such a one never changes. */
async function keep(response) {
  const key = keyOf(response);
  const name = `${NAME}.${key}`;
  const isNews = (known) => response.partial || !known;
  // At once, lest the page ends; then the database, which has more room, takes it over.
  const stored = inStorage((storage) => isNews(storage.getItem(name)) && storage.setItem(name, JSON.stringify(response)));
  const taken = await inDatabase("readwrite", (answers) =>
    response.partial ? answers.put(response, key) : answers.add(response, key),
  ).then(() => true, (error) => error?.name === "ConstraintError");
  if (taken) inStorage((storage) => storage.removeItem(name));
  else if (!stored) {
    if (memory.size === 0) console.warn("keeprate-responses: this browser keeps nothing, answers last as long as the page");
    if (isNews(memory.has(key))) memory.set(key, response);
  }
  announce();
  channel?.postMessage("");
}

/** Every entry, partial ones of finished answers among them. */
async function entries() {
  const found = new Map(memory);
  const add = (response) => isResponse(response) && found.set(keyOf(response), response);
  inStorage((storage) => {
    const names = Object.keys(storage).filter((name) => name.startsWith(`${NAME}.`));
    names.forEach((name) => add(parse(storage.getItem(name))));
  });
  (await inDatabase("readonly", (store) => store.getAll()).catch(() => [])).forEach(add);
  return [...found.values()];
}

function announce() {
  for (const collection of collections.values()) collection.dispatchEvent(new Event("change"));
}

function listen() {
  channel = new BroadcastChannel(NAME);
  channel.onmessage = announce;
  // A page that comes back has heard nothing in the meantime.
  addEventListener("pageshow", ({ persisted }) => persisted && announce());
  document.addEventListener(
    "keeprate-submit",
    async (event) => {
      // Every listener may cancel it, also one that hears it later.
      await undefined;
      const response = parse(JSON.stringify(event.detail));
      if (event.defaultPrevented || !isResponse(response)) return;
      if (collections.has(undefined) || collections.has(response.survey)) keep(response);
    },
    true,
  );
  database().catch(() => {});
}

/** A cell (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value) {
  let text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  if (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toCsv(responses) {
  const fields = [...new Set(responses.flatMap(({ meta }) => Object.keys(meta ?? {})))].sort();
  const rows = responses.map((response) => {
    const { scale, meta } = response;
    const known = { ...response, scale_min: scale?.min, scale_max: scale?.max };
    return [
      ...COLUMNS.map((name) => known[name]),
      ...fields.map((name) => (Object.hasOwn(meta ?? {}, name) ? meta[name] : undefined)),
    ];
  });
  const lines = [[...COLUMNS, ...fields.map((name) => `meta.${name}`)], ...rows].map((row) => row.map(cell).join() + "\r\n");
  return `\ufeff${lines.join("")}`;
}

class Responses extends EventTarget {
  #survey;

  constructor(survey) {
    super();
    this.#survey = survey;
  }

  async #entries() {
    return (await entries()).filter(({ survey }) => this.#survey === undefined || survey === this.#survey);
  }

  async all() {
    const found = await this.#entries();
    const finished = new Set(found.filter(({ partial }) => !partial).map(({ id }) => id));
    const moment = ({ answered_at, id }) => `${answered_at} ${id}`;
    return found
      .filter(({ id, partial }) => !partial || !finished.has(id))
      .sort((one, other) => (moment(one) < moment(other) ? -1 : 1));
  }

  async count() {
    return (await this.all()).length;
  }

  async csv() {
    return toCsv(await this.all());
  }

  async json() {
    return JSON.stringify(await this.all(), null, 2) + "\n";
  }

  async download(format) {
    const blob = new Blob([await this[format]()], { type: format === "csv" ? "text/csv" : "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.#survey ?? "survey"}-responses.${format}`;
    link.click();
    // The browser reads it in its own time.
    setTimeout(() => URL.revokeObjectURL(link.href), 6e4);
  }

  async clear() {
    const keys = (await this.#entries()).map(keyOf);
    for (const key of keys) {
      memory.delete(key);
      inStorage((storage) => storage.removeItem(`${NAME}.${key}`));
    }
    await inDatabase("readwrite", (store) => keys.map((key) => store.delete(key))).catch(() => {});
    announce();
    channel?.postMessage("");
  }

  async durable() {
    if (memory.size > 0) return false;
    const stored = () => inStorage((storage) => (storage.setItem(NAME, ""), storage.removeItem(NAME)));
    return database().then(() => true, stored);
  }
}

export function collect({ survey } = {}) {
  // On a server there is nothing to listen to.
  if (collections.size === 0 && globalThis.document) listen();
  if (!collections.has(survey)) collections.set(survey, new Responses(survey));
  return collections.get(survey);
}
