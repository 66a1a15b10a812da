// Starts the app. A file of its own, because the page's policy allows no inline script; the names
// of the app's files, which change with their content, are on the element that loads this.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const { default: start } = await import(new URL(js, document.baseURI));
await start({ module_or_path: new URL(wasm, document.baseURI) });
