// The tests' own door, on a port of its own: POST /<command> with a JSON body, JSON back.

import * as actions from "./actions.mjs";
import { deliver, nodeInfo, signedFetch } from "./forge.mjs";
import { SPECS } from "./knock.mjs";
import { Refusal } from "./world.mjs";

export function buildControl(world, federation, kv) {
  const context = () => federation.createContext(new URL(world.origin), undefined);
  const commands = table(world, kv);
  return async (request, body) => {
    const command = commands[new URL(request.url).pathname.slice(1)];
    if (request.method !== "POST" || command == null) return json(404, { error: "no such command" });
    try {
      const wish = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
      return json(200, (await command(context(), wish)) ?? {});
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, { error: error.message });
      return json(500, { error: String(error?.stack ?? error) });
    }
  };
}

function json(status, value) {
  const plain = (_key, item) => (item instanceof Set ? [...item] : item);
  return new Response(JSON.stringify(value, plain), {
    status,
    headers: { "content-type": "application/json" },
  });
}

function table(world, kv) {
  const as = (act) => (ctx, wish) => act(ctx, world.actor(wish.actor), wish);
  return {
    health: () => ({ origin: world.origin, pid: process.pid, actors: [...world.actors.keys()] }),
    "create-actor": async (ctx, wish) => ({
      name: (await world.createActor(wish)).name,
      uri: ctx.getActorUri(wish.name).href,
      handle: `@${wish.name}@${new URL(world.origin).host}`,
    }),
    "update-actor": as((ctx, actor, wish) => actions.updateActor(ctx, actor, wish)),
    "delete-actor": as((ctx, actor) => actions.deleteActor(world, ctx, actor)),
    "rotate-keys": as((_ctx, actor) => actions.rotateKeys(actor)),
    state: as((_ctx, actor) => stateOf(actor)),
    notes: () => ({ notes: [...world.seen.values()] }),
    received: (_ctx, wish) => ({ activities: received(world, wish) }),
    wire: (_ctx, wish) => ({ requests: world.wire.filter((entry) => entry.seq > (wish.since ?? 0)) }),
    "outbox-errors": () => ({ errors: world.outboxErrors }),
    knock: (_ctx, { spec }) => {
      if (!SPECS.includes(spec)) throw new Refusal(400, `spec: ${SPECS.join(" or ")}`);
      kv.knockFirst(spec);
    },
    knocks: () => ({ firstKnock: kv.firstKnock, learned: Object.fromEntries(kv.learned) }),
    forget: () => kv.forget(),
    lookup: async (ctx, { actor, target }) => {
      const found = await actions.lookup(ctx, actor, target);
      return { document: (await found?.toJsonLd({ contextLoader: ctx.contextLoader })) ?? null };
    },
    webfinger: async (ctx, { resource }) => ({ document: await ctx.lookupWebFinger(resource) }),
    nodeinfo: (_ctx, { url }) => nodeInfo(url),
    traverse: async (ctx, wish) => ({ items: await traverse(ctx, wish) }),
    fetch: (ctx, wish) => signedFetch(ctx, wish),
    deliver: (ctx, wish) => deliver(ctx, wish),
    follow: as((ctx, actor, { target }) => actions.follow(ctx, actor, target)),
    unfollow: as((ctx, actor, { uri }) => actions.unfollow(ctx, actor, uri)),
    accept: as((ctx, actor, { uri }) => actions.acceptRequest(ctx, actor, uri)),
    reject: as((ctx, actor, { uri }) => actions.rejectFollower(ctx, actor, uri)),
    post: as((ctx, actor, wish) => actions.post(world, ctx, actor, wish)),
    edit: as((ctx, actor, wish) => actions.edit(ctx, actor, wish.uri, wish)),
    delete: as((ctx, actor, { uri }) => actions.remove(world, ctx, actor, uri)),
    like: as((ctx, actor, { uri }) => actions.like(ctx, actor, uri)),
    unlike: as((ctx, actor, { uri }) => actions.unlike(ctx, actor, uri)),
    announce: as((ctx, actor, { uri }) => actions.announce(ctx, actor, uri)),
    unannounce: as((ctx, actor, { uri }) => actions.unannounce(ctx, actor, uri)),
    block: as((ctx, actor, { target }) => actions.block(ctx, actor, target)),
    unblock: as((ctx, actor, { uri }) => actions.unblock(ctx, actor, uri)),
  };
}

function stateOf(actor) {
  return {
    name: actor.name,
    locked: actor.locked,
    followers: [...actor.followers.keys()],
    requests: [...actor.requests.keys()],
    following: [...actor.following.values()].map(({ uri, state }) => ({ uri, state })),
    blocks: [...actor.blocks.keys()],
    blockedBy: [...actor.blockedBy],
    notes: [...actor.notes.values()].map(({ uri, content, visibility, likes, shares }) => ({
      uri,
      content,
      visibility,
      likes,
      shares,
    })),
  };
}

// Newest last. A delivery to the shared inbox has no recipient and fits every one.
function received(world, { recipient, type, from, object, since = 0 }) {
  return world.received.filter((entry) =>
    entry.seq > since &&
    (recipient == null || entry.recipient == null || entry.recipient === recipient) &&
    (type == null || entry.type === type) &&
    (from == null || entry.actor === from) &&
    (object == null || entry.object === object)
  );
}

async function traverse(ctx, { actor, url, limit = 200 }) {
  const documentLoader = actor == null ? undefined : await ctx.getDocumentLoader({ identifier: actor });
  const collection = await ctx.lookupObject(url, { documentLoader });
  if (collection == null) throw new Refusal(404, `no collection at ${url}`);
  const items = [];
  for await (const item of ctx.traverseCollection(collection, { documentLoader })) {
    items.push(await item.toJsonLd({ contextLoader: ctx.contextLoader }));
    if (items.length >= limit) break;
  }
  return items;
}
