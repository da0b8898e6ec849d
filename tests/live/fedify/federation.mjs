// The federation itself: what Fedify serves of our world, and what verified activities do to it.

import { createExponentialBackoffPolicy, createFederation, InProcessMessageQueue } from "@fedify/fedify";
import {
  Accept,
  Activity,
  Announce,
  Block,
  Create,
  Delete,
  Follow,
  isActor,
  Like,
  Note,
  Reject,
  Undo,
  Update,
} from "@fedify/vocab";
import { answerFollow } from "./actions.mjs";
import { address, create, note, person, recipient } from "./documents.mjs";

export function buildFederation(world, kv) {
  const federation = createFederation({
    kv,
    queue: new InProcessMessageQueue({ pollInterval: { milliseconds: 100 } }),
    origin: world.origin,
    allowPrivateAddress: true,
    userAgent: { software: "fedschool-live-peer/1.0", url: world.origin },
    // A test waits seconds, not hours: retry soon, and give up while somebody is watching.
    outboxRetryPolicy: createExponentialBackoffPolicy({
      initialDelay: { milliseconds: 300 },
      maxDelay: { seconds: 2 },
      maxAttempts: 6,
    }),
    inboxRetryPolicy: () => null,
    circuitBreaker: false,
    onOutboxError: (error, activity) => world.recordOutboxError(error, activity),
  });
  serveActors(federation, world);
  serveCollections(federation, world);
  serveNotes(federation, world);
  serveNodeInfo(federation, world);
  listen(federation, world);
  return federation;
}

function serveActors(federation, world) {
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      const actor = world.actors.get(identifier);
      return actor == null ? null : await person(ctx, actor);
    })
    .setKeyPairsDispatcher((_ctx, identifier) => world.actors.get(identifier)?.keys ?? []);
}

function serveCollections(federation, world) {
  const uris = (map) => [...map.keys()].map((uri) => new URL(uri));
  federation
    .setFollowersDispatcher("/users/{identifier}/followers", (_ctx, identifier, _cursor, base) => {
      const actor = world.actors.get(identifier);
      if (actor == null) return null;
      const followers = [...actor.followers.values()];
      const wanted = base == null
        ? followers
        : followers.filter((follower) => new URL(follower.uri).origin === new URL(base).origin);
      return { items: wanted.map(recipient) };
    })
    .setCounter((_ctx, identifier) => world.actors.get(identifier)?.followers.size ?? null);
  federation
    .setFollowingDispatcher("/users/{identifier}/following", (_ctx, identifier) => {
      const actor = world.actors.get(identifier);
      return actor == null ? null : { items: uris(actor.following) };
    })
    .setCounter((_ctx, identifier) => world.actors.get(identifier)?.following.size ?? null);
  federation
    .setOutboxDispatcher("/users/{identifier}/outbox", (ctx, identifier) => {
      const actor = world.actors.get(identifier);
      if (actor == null) return null;
      const open = [...actor.notes.values()].filter((record) =>
        ["public", "unlisted"].includes(record.visibility)
      );
      return { items: open.reverse().map((record) => create(ctx, actor, record)) };
    });
}

function serveNotes(federation, world) {
  federation
    .setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (ctx, { identifier, id }) => {
      const actor = world.actors.get(identifier);
      const record = actor?.notes.get(id);
      return record == null ? null : note(ctx, actor, record);
    })
    .authorize(async (ctx, { identifier, id }) => {
      const actor = world.actors.get(identifier);
      const record = actor?.notes.get(id);
      if (record == null || ["public", "unlisted"].includes(record.visibility)) return true;
      const reader = (await ctx.getSignedKeyOwner())?.id?.href;
      if (reader == null) return false;
      if (record.mentions.some((mention) => mention.uri === reader)) return true;
      return record.visibility === "followers" && actor.followers.has(reader);
    });
}

function serveNodeInfo(federation, world) {
  federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "fedschool-live-peer", version: "1.0.0" },
    protocols: ["activitypub"],
    usage: {
      users: { total: world.actors.size },
      localPosts: [...world.actors.values()].reduce((sum, actor) => sum + actor.notes.size, 0),
      localComments: 0,
    },
  }));
}

function listen(federation, world) {
  const listeners = [
    [Follow, onFollow],
    [Accept, onAccept],
    [Reject, onReject],
    [Undo, onUndo],
    [Create, onCreateOrUpdate],
    [Update, onCreateOrUpdate],
    [Delete, onDelete],
    [Like, onLike],
    [Announce, onAnnounce],
    [Block, onBlock],
    [Activity, () => {}],
  ];
  const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  for (const [type, act] of listeners) {
    inbox.on(type, async (ctx, activity) => {
      let error = null;
      try {
        await act(world, ctx, activity);
      } catch (cause) {
        error = String(cause?.stack ?? cause);
      }
      // Last, so that whoever sees the record also sees its effect.
      world.recordReceived({ ...(await describe(ctx, activity)), error });
    });
  }
}

async function describe(ctx, activity) {
  return {
    recipient: ctx.recipient,
    type: activity.constructor.name,
    id: activity.id?.href ?? null,
    actor: activity.actorId?.href ?? null,
    object: activity.objectId?.href ?? null,
    json: await activity.toJsonLd({ contextLoader: ctx.contextLoader }),
  };
}

// The local actor that a URI belongs to, be it the actor itself or one of its notes.
function localActor(world, ctx, uri) {
  const parsed = ctx.parseUri(uri);
  if (parsed?.type === "actor") return world.actors.get(parsed.identifier) ?? null;
  if (parsed?.type === "object") return world.actors.get(parsed.values.identifier) ?? null;
  return null;
}

async function onFollow(world, ctx, follow) {
  const actor = localActor(world, ctx, follow.objectId);
  const from = await follow.getActor(ctx);
  if (actor == null || !isActor(from) || actor.blocks.has(from.id.href)) return;
  const follower = { ...address(from), followId: follow.id.href, since: Date.now() };
  if (actor.locked) {
    actor.requests.set(follower.uri, follower);
    return;
  }
  actor.followers.set(follower.uri, follower);
  await answerFollow(ctx, actor, follower, Accept);
}

function onAccept(world, ctx, accept) {
  forOurFollow(world, accept, (followed) => {
    followed.state = "accepted";
  });
}

function onReject(world, ctx, reject) {
  forOurFollow(world, reject, (followed, actor) => actor.following.delete(followed.uri));
}

// Some servers name the Follow by its id, some embed it, some embed it without an id.
function forOurFollow(world, answer, act) {
  for (const actor of world.actors.values()) {
    const followed = actor.following.get(answer.actorId?.href);
    if (followed == null) continue;
    const named = answer.objectId?.href;
    if (named == null || named === followed.followId) act(followed, actor);
  }
}

async function onUndo(world, ctx, undo) {
  const undone = await undo.getObject(ctx);
  const who = undo.actorId?.href;
  if (undone == null || undone.actorId?.href !== who) return;
  if (undone instanceof Follow) {
    const actor = localActor(world, ctx, undone.objectId);
    actor?.followers.delete(who);
    actor?.requests.delete(who);
  } else if (undone instanceof Like) {
    known(world, undone.objectId)?.likes.delete(who);
  } else if (undone instanceof Announce) {
    known(world, undone.objectId)?.shares.delete(who);
  } else if (undone instanceof Block) {
    localActor(world, ctx, undone.objectId)?.blockedBy.delete(who);
  }
}

function known(world, uri) {
  return uri == null ? null : world.note(uri.href) ?? world.seen.get(uri.href) ?? null;
}

async function onCreateOrUpdate(world, ctx, activity) {
  const object = await activity.getObject(ctx);
  if (!(object instanceof Note) || object.id == null) return;
  if (object.attributionId?.href !== activity.actorId?.href) return;
  const old = world.seen.get(object.id.href);
  world.seen.set(object.id.href, {
    uri: object.id.href,
    actor: object.attributionId.href,
    content: object.content?.toString() ?? null,
    summary: object.summary?.toString() ?? null,
    inReplyTo: object.replyTargetId?.href ?? null,
    to: object.toIds.map((uri) => uri.href),
    cc: object.ccIds.map((uri) => uri.href),
    updated: object.updated?.toString() ?? null,
    deleted: false,
    likes: old?.likes ?? new Set(),
    shares: old?.shares ?? new Set(),
  });
}

function onDelete(world, ctx, activity) {
  const who = activity.actorId?.href;
  const what = activity.objectId?.href;
  if (what === who) {
    for (const actor of world.actors.values()) {
      actor.followers.delete(who);
      actor.requests.delete(who);
      actor.following.delete(who);
    }
    for (const seen of world.seen.values()) if (seen.actor === who) seen.deleted = true;
    return;
  }
  const seen = world.seen.get(what);
  if (seen?.actor === who) seen.deleted = true;
}

function onLike(world, ctx, like) {
  known(world, like.objectId)?.likes.add(like.actorId.href);
}

function onAnnounce(world, ctx, announce) {
  known(world, announce.objectId)?.shares.add(announce.actorId.href);
}

function onBlock(world, ctx, block) {
  const actor = localActor(world, ctx, block.objectId);
  const who = block.actorId.href;
  actor?.blockedBy.add(who);
  actor?.followers.delete(who);
  actor?.following.delete(who);
}
