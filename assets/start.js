// Starts the app. A file of its own, because the page's policy allows no inline script; the names
// of the app's files, which change with their content, are on the element that loads this.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const at = (name) => new URL(name, document.baseURI);

// The annex, once for all who ask; after a failure by another address, because browsers remember that as well.
let annex;
let attempts = 0;
globalThis.loadAnnex = (version) => {
  annex ??= (async () => {
    const query = `?v=${version}${attempts++ ? `&again=${attempts}` : ""}`;
    const module = await import(at(`annex.js${query}`));
    await module.default({ module_or_path: at(`annex_bg.wasm${query}`) });
    return module;
  })();
  annex.catch(() => {
    annex = undefined;
  });
  return annex;
};

const { default: start } = await import(at(js));
await start({ module_or_path: at(wasm) });
