// The machine: WebAssembly, or the same translated to JavaScript where a page's policy forbids it.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const MACHINE = new URL("./keeprate-survey.wasm", import.meta.url);

let exports;
let frame;

/** Loads the translation and answers whether it could: what is missing has been said by then. */
async function translate() {
  try {
    exports = await import("./keeprate-survey-fallback.js");
    frame = undefined;
  } catch {
    // A policy may allow the element and no further module.
  }
  return exports;
}

async function load() {
  let bytes;
  try {
    // A page that pins this module by its hash has pinned the machine as well.
    const reply = await fetch(MACHINE, { integrity: __INTEGRITY__ });
    bytes = await reply.arrayBuffer();
    // At once, which 20 kB allow: another thread and the way back take longer.
    ({ exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes)));
  } catch (error) {
    console.warn(`keeprate-survey runs without WebAssembly: ${error.message}`);
    // A page that may not fetch may not send an answer either: a frame has a policy of its own. What may be fetched, but
    // was changed on the way, is no such page.
    bytes ??= await fetch(MACHINE).catch(() => {});
    if (!bytes || !(await translate())) frame = await import("./keeprate-survey-frame.js");
  }
}

/** Resolves when turns can be taken. On a server there is nothing to load. */
export const ready = globalThis.document && load();

export const isReady = () => exports ?? frame;

/** Gives names and values to the machine; answers its commands, each a list of fields. */
export function turn(pairs, element) {
  if (frame) return frame.turn(pairs, element, translate);
  const text = pairs
    // The separators, and the zero that ends an answer, are no text.
    .map((pair) => pair.map((part) => `${part ?? ""}`.replace(/[\0\x1e\x1f]/g, "")).join("\x1f"))
    .join("\x1e");
  const bytes = encoder.encode(text);
  const input = exports.room(bytes.length);
  // The view comes after the allocation: memory that grows leaves its old buffer behind.
  new Uint8Array(exports.memory.buffer, input, bytes.length).set(bytes);
  const start = exports.turn(input, bytes.length);
  const memory = new Uint8Array(exports.memory.buffer);
  return decoder
    .decode(memory.subarray(start, memory.indexOf(0, start)))
    .split("\x1e")
    .map((command) => command.split("\x1f"));
}
