// Opens files in a worker, one way of those below. A classic script, since Papa Parse is none that
// a module could import.

/** Each way loads what it needs and answers what opens a file. */
const ways = {
  bytes: () => async (file) => {
    const bytes = await file.arrayBuffer();
    return { bytes: bytes.byteLength };
  },

  text: () => async (file) => {
    const text = new TextDecoder().decode(await file.arrayBuffer());
    return { characters: text.length };
  },

  udsv: async () => {
    const { inferSchema, initParser } = await import("./node_modules/udsv/dist/uDSV.mjs");
    const { Ledger } = await import("./ledger.js");
    return async (file) => {
      const text = new TextDecoder().decode(await file.arrayBuffer());
      const parser = initParser(inferSchema(text));
      const names = parser.schema.cols.map((column) => column.name);
      const [customer, month, revenue] = columns(names);
      const ledger = new Ledger();
      // Rows of strings are its native format, and a function for the rows spares it to keep them.
      parser.stringArrs(text, (row) => {
        ledger.add(row[customer], row[month], row[revenue]);
      });
      return ledger.figures();
    };
  },

  papa: async () => {
    importScripts("./node_modules/papaparse/papaparse.min.js");
    const { Ledger } = await import("./ledger.js");
    return (file) =>
      new Promise((resolve, reject) => {
        const ledger = new Ledger();
        let places;
        // Its fastest settings here: no quotes, nothing to guess, and chunks so small that their
        // rows do not outlive them (all rows at once take twice the time).
        Papa.parse(file, {
          fastMode: true,
          delimiter: ",",
          newline: "\n",
          skipEmptyLines: true,
          chunkSize: 1 << 20,
          chunk: ({ data: rows }) => {
            places ??= columns(rows.shift());
            const [customer, month, revenue] = places;
            for (const row of rows) {
              ledger.add(row[customer], row[month], row[revenue]);
            }
          },
          complete: () => resolve(ledger.figures()),
          error: reject,
        });
      });
  },
};

/** Where the columns that count are. */
function columns(names) {
  return ["customer", "month", "mrr"].map((name) => names.indexOf(name));
}

const way = new URLSearchParams(location.search).get("way");
const opening = Promise.resolve(ways[way]()).then((open) => {
  postMessage("ready");
  return open;
});
onmessage = async ({ data: file }) => {
  const open = await opening;
  postMessage(await open(file));
};
