// Reads a file for the worker while that one computes: one slice per message, into the port that comes with it.
onmessage = async ({ data: { slice, port } }) => {
  const bytes = await slice.arrayBuffer().catch(() => null);
  port.postMessage(bytes, bytes ? [bytes] : []);
};
postMessage(null);
