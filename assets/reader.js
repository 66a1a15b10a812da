// Reads a file for the worker while that one computes. Each message on the port asks for the next slice and brings the
// buffer of the one before, to be filled again: a few buffers take turns, however large the file is. A slice without
// bytes is the end of the file; no slice means that the file changed or vanished.
const SIZE = 2 ** 19;
const AHEAD = 3;

onmessage = ({ data: { file, port } }) => {
  const compressed = file.name.toLowerCase().endsWith(".gz");
  let reader = null;
  let at = 0;
  try {
    reader = compressed
      ? file.stream().pipeThrough(new DecompressionStream("gzip")).getReader()
      : file.stream().getReader({ mode: "byob" });
  } catch {
    // A browser that cannot read into given buffers reads slice by slice into its own.
  }
  const copy = async () => {
    const buffer = await file.slice(at, at + SIZE).arrayBuffer();
    at += SIZE;
    return new Uint8Array(buffer);
  };
  const fill = async (buffer) => {
    let length = 0;
    while (length < SIZE) {
      const { done, value } = await reader.read(new Uint8Array(buffer, length));
      buffer = value.buffer;
      if (done) break;
      length += value.length;
    }
    return new Uint8Array(buffer, 0, length);
  };
  // What was decompressed comes in pieces of its own size.
  let piece = new Uint8Array(0);
  const inflate = async (buffer) => {
    const slice = new Uint8Array(buffer);
    let length = 0;
    while (length < SIZE) {
      if (!piece.length) {
        const { done, value } = await reader.read();
        if (done) break;
        piece = value;
      }
      const part = piece.subarray(0, SIZE - length);
      slice.set(part, length);
      length += part.length;
      piece = piece.subarray(part.length);
    }
    return slice.subarray(0, length);
  };
  const next = (buffer) => (compressed ? inflate(buffer) : reader ? fill(buffer) : copy());
  const slices = [];
  let last = Promise.resolve();
  const read = (buffer) => {
    last = last.then(() => next(buffer));
    last.catch(() => {}); // whoever takes the slice hears of it
    slices.push(last);
  };
  for (let ahead = 0; ahead < AHEAD; ahead++) read(new ArrayBuffer(SIZE));
  port.onmessage = async ({ data: buffer }) => {
    if (buffer.byteLength) read(buffer); // the first questions bring none
    const slice = await slices.shift().catch(() => null);
    port.postMessage(slice, slice ? [slice.buffer] : []);
  };
};
