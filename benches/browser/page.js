// Opens each file that is chosen, in the way that the address names, and measures from the choice
// to the figures as the app does: `bench:open`.

import { startDuckdb } from "./duckdb.js";

/** A worker that opens files. */
function startWorker(way) {
  const worker = new Worker(`./worker.js?way=${way}`);
  const heard = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
      if (message) {
        worker.postMessage(message);
      }
    });
  return heard().then(() => heard);
}

const way = new URLSearchParams(location.search).get("way");
const open = await (way === "duckdb" ? startDuckdb() : startWorker(way));
document.querySelector("input").addEventListener("change", async ({ target }) => {
  const start = performance.now();
  const [file] = target.files;
  // Without this the choice of the same file would be no change.
  target.value = "";
  window.figures = await open(file);
  performance.measure("bench:open", { start });
});
document.body.dataset.state = "ready";
