// A complete ActivityPub server in one process, for tests: node peer.mjs [--host 127.0.0.1|localhost]
// Prints one JSON line when ready: {"origin", "control", "pid"}. Ends when its stdin does.

import { configure } from "@logtape/logtape";
import { parseArgs } from "node:util";
import { buildControl } from "./control.mjs";
import { buildFederation } from "./federation.mjs";
import { KnockStore } from "./knock.mjs";
import { askLoopbackHandlesOverHttp, listen } from "./web.mjs";
import { World } from "./world.mjs";

const { values: options } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    log: { type: "string", default: "info" },
  },
});

await configure({
  sinks: {
    stderr: (record) => {
      const text = record.message.map((part) => (typeof part === "string" ? part : brief(part)));
      console.error(`${record.level} ${record.category.join(".")}: ${text.join("")}`);
    },
  },
  loggers: [
    { category: "fedify", sinks: ["stderr"], lowestLevel: options.log },
    { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
  ],
});

function brief(part) {
  return part instanceof Error ? part.stack : JSON.stringify(part);
}

askLoopbackHandlesOverHttp();

// The federation needs its origin and the origin needs the port, so the port comes first.
let federate = () => new Response("starting", { status: 503 });
const server = await listen(Number(options.port), (request, body) => federate(request, body));
const world = new World(`http://${options.host}:${server.address().port}`);
const kv = new KnockStore();
const federation = buildFederation(world, kv);
const controlServer = await listen(0, buildControl(world, federation, kv));

federate = async (request, body) => {
  const response = await respond(request);
  const url = new URL(request.url);
  world.recordWire({
    method: request.method,
    path: url.pathname + url.search,
    headers: Object.fromEntries(request.headers),
    body: body.toString("utf8"),
    status: response.status,
  });
  return response;
};

async function respond(request) {
  const { pathname } = new URL(request.url);
  const media = world.media.get(pathname);
  if (media != null) {
    return new Response(media.bytes, { headers: { "content-type": media.mediaType } });
  }
  const tombstone = world.gone.get(pathname);
  if (tombstone != null) {
    return new Response(JSON.stringify(tombstone), {
      status: 410,
      headers: { "content-type": "application/activity+json" },
    });
  }
  return await federation.fetch(request, { contextData: undefined });
}

process.stdin.on("end", () => process.exit(0)).resume();
process.on("SIGTERM", () => process.exit(0));
console.log(
  JSON.stringify({
    origin: world.origin,
    control: `http://127.0.0.1:${controlServer.address().port}`,
    pid: process.pid,
  }),
);
