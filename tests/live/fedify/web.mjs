// Between Node's HTTP and the web-standard Request and Response that Fedify speaks.

import { createServer } from "node:http";

const MAX_BODY = 4 * 1024 * 1024;

// Serve `handle(request, body)` on a port of 127.0.0.1; port 0 lets the kernel choose.
export async function listen(port, handle) {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handle).catch((error) => {
      console.error("unexpected:", error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

async function answer(incoming, outgoing, handle) {
  const body = await readBody(incoming);
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const bodiless = incoming.method === "GET" || incoming.method === "HEAD";
  const request = new Request(`http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url}`, {
    method: incoming.method,
    headers,
    body: bodiless ? undefined : body,
  });
  const response = await handle(request, body);
  const bytes = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(incoming.method === "HEAD" ? undefined : bytes);
}

async function readBody(incoming) {
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// Fedify asks for the WebFinger of a handle over https only. The schools of a test have no
// certificates: a handle whose host is loopback with a port is asked over http instead.
export function askLoopbackHandlesOverHttp() {
  const fetchAsUsual = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    if (url.protocol === "https:" && loopback && url.port !== "") {
      url.protocol = "http:";
      return fetchAsUsual(input instanceof Request ? new Request(url, input) : url, init);
    }
    return fetchAsUsual(input, init);
  };
}
