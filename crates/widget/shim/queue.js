// Answers on their way: kept in IndexedDB, else in localStorage, until a collector has taken or refused them.

import { ready, turn } from "./machine.js";

const NAME = "keeprate.queue";
const seconds = () => Math.floor(Date.now() / 1000);

/** Told what becomes of an entry, by its key, for as long as it is on its way from this page. */
const watchers = new Map();
let timer;
// Whether the database has let a limit pass: it is not asked again.
let silent;

/**
 * Does work in the database and answers the result of the request that it returns. Only a first answer creates it. What
 * has not been done within two seconds is not done later.
 */
function inDatabase(work, create) {
  return new Promise((resolve, reject) => {
    if (silent) return reject();
    const opening = indexedDB.open(NAME);
    // Its clock is the browser's own: whoever turns the page's clock does not turn it.
    const limit = AbortSignal.timeout(2e3);
    limit.onabort = () => {
      silent ||= opening.readyState === "pending";
      reject();
    };
    opening.onupgradeneeded = () =>
      create ? opening.result.createObjectStore("answers", { keyPath: "key" }) : opening.transaction.abort();
    opening.onerror = reject;
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        limit.throwIfAborted();
        const transaction = database.transaction("answers", "readwrite", { durability: "strict" });
        const request = work(transaction.objectStore("answers"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = reject;
      } catch (error) {
        reject(error);
      }
      // Takes effect when the transaction has ended.
      database.close();
    };
  });
}

/** Reads the entries in localStorage, lets them be changed and writes them back. */
function inStorage(change) {
  const entries = JSON.parse(localStorage.getItem(NAME) || "{}");
  if (change) {
    change(entries);
    localStorage.setItem(NAME, JSON.stringify(entries));
  }
  return Object.values(entries);
}

/** Answers whether the entry is safe. */
async function put(entry) {
  try {
    await inDatabase((store) => store.put(entry), true);
  } catch {
    try {
      inStorage((entries) => (entries[entry.key] = entry));
    } catch {
      return false;
    }
  }
  return true;
}

async function remove(key) {
  watchers.delete(key);
  await inDatabase((store) => store.delete(key)).catch(() => {});
  try {
    if (localStorage.getItem(NAME)) inStorage((entries) => delete entries[key]);
  } catch {
    // What cannot be read there was not kept there.
  }
}

async function all() {
  const entries = await inDatabase((store) => store.getAll()).catch(() => []);
  try {
    entries.push(...inStorage());
  } catch {
    // What cannot be read there was not kept there.
  }
  // One that was written too late for the limit is in both.
  return new Map(entries.map((entry) => [entry.key, entry])).values();
}

/** Sends an entry once. Answers "delivered", "failed" or the seconds to wait. */
async function attempt(entry, leaving) {
  let status = 0;
  let wish = 0;
  try {
    if (leaving && !("keepalive" in Request.prototype)) throw 0;
    const reply = await fetch(entry.endpoint, {
      method: "POST",
      body: entry.body,
      headers: { "content-type": "application/json" },
      // What is on its way outlives the page; browsers limit that to 64 KiB.
      keepalive: entry.body.length < 16e3,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(3e4),
    });
    status = reply.status;
    wish = reply.headers.get("retry-after");
  } catch {
    // No connection, no permission or no reply in time: all the same to the answer, which stays in the queue.
    if (leaving) navigator.sendBeacon?.(entry.endpoint, new Blob([entry.body], { type: "application/json" }));
  }
  await ready;
  const [[, result]] = turn([
    ["@event", "reply"],
    ["@status", status],
    ["@wish", wish],
    ["@attempts", entry.attempts],
    ["@made", entry.made],
    ["@now", seconds()],
    ["@chance", Math.floor(Math.random() * 256)],
  ]);
  watchers.get(entry.key)?.(result, status, entry);
  if (isNaN(result)) watchers.delete(entry.key);
  return result;
}

/** Runs work in one tab at a time, where the browser can tell. */
async function alone(work) {
  let begun;
  const run = () => {
    begun = true;
    return work();
  };
  try {
    return await navigator.locks.request(NAME, run);
  } catch (error) {
    if (begun) throw error;
    return run();
  }
}

/** Sends what is due, or everything. */
export function drain(everything) {
  return alone(async () => {
    let next = Infinity;
    for (const entry of await all()) {
      if (everything || entry.due <= seconds()) {
        const result = await attempt(entry);
        if (isNaN(result)) {
          await remove(entry.key);
          continue;
        }
        entry.attempts++;
        entry.due = seconds() + +result;
        await put(entry);
      }
      next = Math.min(next, entry.due);
    }
    clearTimeout(timer);
    if (next < Infinity) timer = setTimeout(drain, Math.max(next - seconds(), 1) * 1e3);
  });
}

/**
 * Takes an answer over and resolves to whether it is safe: kept in this browser or taken by the collector. `durable`
 * says whether it may be kept, `leaving` that the page may end at any moment.
 */
export async function submit({ id, partial, endpoint, body, durable, leaving, watch }) {
  const key = partial ? id + partial : id;
  watchers.set(key, watch);
  const made = seconds();
  // Nobody else sends what a page that ends has on its way.
  const entry = { key, endpoint, body, made, due: leaving ? made + 60 : made, attempts: 0 };
  const keeping = durable ? put(entry) : Promise.resolve(false);
  if (leaving) {
    // The page may have come back by then.
    Promise.all([attempt(entry, leaving), keeping]).then(
      ([result, kept]) => kept && (isNaN(result) ? remove(key) : drain()),
    );
  }
  if (await keeping) {
    if (!partial) await remove(id + "partial");
    if (!leaving) drain();
    return true;
  }
  const result = leaving || (await attempt(entry));
  watchers.delete(key);
  return result === "delivered";
}
