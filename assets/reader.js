// Reads a file for the worker while that one computes: each message on the port that comes with a file asks for its
// next slice, of which a few are read ahead. An answer without bytes means that the file changed or vanished.
const FIRST = 2 ** 18; // small, so that there is soon something to compute
const LATER = 2 ** 21; // every slice has a price of its own
const AHEAD = 3;

onmessage = ({ data: { file, port } }) => {
  const slices = [];
  let at = 0;
  const read = () => {
    const end = at + (at === 0 ? FIRST : LATER);
    slices.push(file.slice(at, end).arrayBuffer().catch(() => null));
    at = end;
  };
  for (let ahead = 0; ahead < AHEAD; ahead++) read();
  port.onmessage = async () => {
    read();
    const bytes = await slices.shift();
    port.postMessage(bytes, bytes ? [bytes] : []);
  };
};
