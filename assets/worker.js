// Starts a worker: the page sends the address of its glue, and the module: compiled already, or its address. What cannot be
// loaded is an error of the worker, which the page hears; a promise that fails would be nobody's.
onmessage = async ({ data: { js, module } }) => {
  try {
    const { default: start } = await import(js);
    await start({ module_or_path: module });
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
};
