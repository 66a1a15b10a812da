import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves a folder from an origin of its own, to any page, until `close` is called; `change` may change a file. */
export async function serveFolder(folder: string, change: (name: string, body: Buffer) => string | Buffer = (_, body) => body) {
  const server = createServer(async (request, reply) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    const name = pathname.replace(/\/$/, "/index.html");
    try {
      const body = change(name, await readFile(join(folder, name)));
      reply.setHeader("content-type", TYPES[extname(name)] ?? "text/plain").setHeader("access-control-allow-origin", "*").end(body);
    } catch {
      reply.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
