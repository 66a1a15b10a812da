// Starts the worker: the page sends the address of the glue and the module that it has compiled already.
onmessage = async ({ data: { js, module } }) => {
  const { default: start } = await import(js);
  await start({ module_or_path: module });
};
