// A module with one function, which fills a vector of 16 bytes with zeros.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

// Starts a worker: the page sends the address of its glue, and the module: compiled already, or its address; and those of
// the same program for browsers without SIMD, where there is one. What cannot be loaded is an error of the worker, which
// the page hears; a promise that fails would be nobody's.
onmessage = async ({ data }) => {
  const { js, module } = data.plain && !WebAssembly.validate(SIMD) ? data.plain : data;
  try {
    const { default: start } = await import(js);
    await start({ module_or_path: module });
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
};
