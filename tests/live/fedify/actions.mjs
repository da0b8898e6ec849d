// What our people do, each followed by the activity that tells the others.

import {
  Accept,
  Announce,
  Block,
  Delete,
  Follow,
  isActor,
  Like,
  Note,
  PUBLIC_COLLECTION,
  Reject,
  Tombstone,
  Undo,
  Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { address, audience, create, note, person, recipient } from "./documents.mjs";
import { newKeys, Refusal } from "./world.mjs";

function freshId(ctx, actor, kind) {
  return new URL(`${ctx.getActorUri(actor.name).href}#${kind}/${crypto.randomUUID()}`);
}

// A document as this actor gets it by a signed request.
export async function lookup(ctx, name, target) {
  const documentLoader = name == null ? undefined : await ctx.getDocumentLoader({ identifier: name });
  return await ctx.lookupObject(target, { documentLoader });
}

async function resolveActor(ctx, actor, target) {
  const found = await lookup(ctx, actor.name, target);
  if (!isActor(found ?? {}) || found.inboxId == null) throw new Refusal(404, `no actor at ${target}`);
  return found;
}

async function resolveNote(ctx, actor, target) {
  const found = await lookup(ctx, actor.name, target);
  if (!(found instanceof Note) || found.attributionId == null) {
    throw new Refusal(404, `no note at ${target}`);
  }
  return found;
}

async function send(ctx, actor, people, activity) {
  const others = people.filter((one) => new URL(one.uri).origin !== ctx.canonicalOrigin);
  if (others.length === 0) return;
  await ctx.sendActivity({ identifier: actor.name }, others.map(recipient), activity);
}

async function sendToFollowers(ctx, actor, activity, also = []) {
  await ctx.sendActivity({ identifier: actor.name }, "followers", activity, {
    preferSharedInbox: true,
    syncCollection: true,
  });
  await send(ctx, actor, also.filter((one) => !actor.followers.has(one.uri)), activity);
}

export async function follow(ctx, actor, target) {
  const them = address(await resolveActor(ctx, actor, target));
  const id = freshId(ctx, actor, "follow");
  actor.following.set(them.uri, { ...them, followId: id.href, state: "requested" });
  await send(ctx, actor, [them], followActivity(ctx, actor, them.uri, id));
  return { id: id.href, uri: them.uri };
}

function followActivity(ctx, actor, uri, id) {
  const me = ctx.getActorUri(actor.name);
  return new Follow({ id: new URL(id), actor: me, object: new URL(uri), to: new URL(uri) });
}

export async function unfollow(ctx, actor, uri) {
  const them = actor.following.get(uri);
  if (them == null) throw new Refusal(404, `${actor.name} does not follow ${uri}`);
  actor.following.delete(uri);
  await send(ctx, actor, [them], undo(ctx, actor, followActivity(ctx, actor, uri, them.followId), uri));
}

function undo(ctx, actor, activity, to) {
  return new Undo({
    id: freshId(ctx, actor, "undo"),
    actor: ctx.getActorUri(actor.name),
    object: activity,
    to: to instanceof URL ? to : new URL(to),
  });
}

export async function answerFollow(ctx, actor, follower, Answer) {
  const me = ctx.getActorUri(actor.name);
  const activity = new Answer({
    id: freshId(ctx, actor, "answer"),
    actor: me,
    to: new URL(follower.uri),
    object: new Follow({
      id: new URL(follower.followId),
      actor: new URL(follower.uri),
      object: me,
    }),
  });
  await send(ctx, actor, [follower], activity);
}

export async function acceptRequest(ctx, actor, uri) {
  const follower = actor.requests.get(uri);
  if (follower == null) throw new Refusal(404, `no request from ${uri}`);
  actor.requests.delete(uri);
  actor.followers.set(uri, follower);
  await answerFollow(ctx, actor, follower, Accept);
}

// Refuses a request, or shows a follower the door.
export async function rejectFollower(ctx, actor, uri) {
  const follower = actor.requests.get(uri) ?? actor.followers.get(uri);
  if (follower == null) throw new Refusal(404, `neither request nor follower: ${uri}`);
  actor.requests.delete(uri);
  actor.followers.delete(uri);
  await answerFollow(ctx, actor, follower, Reject);
}

export async function post(world, ctx, actor, wish) {
  const mentions = [];
  const people = [];
  for (const handle of wish.mentions ?? []) {
    const them = await resolveActor(ctx, actor, handle);
    people.push(address(them));
    const host = them.id.host;
    mentions.push({ uri: them.id.href, handle: `@${them.preferredUsername}@${host}` });
  }
  const parent = wish.inReplyTo == null ? null : await parentOf(world, ctx, actor, wish.inReplyTo);
  const id = crypto.randomUUID();
  const record = {
    id,
    uri: ctx.getObjectUri(Note, { identifier: actor.name, id }).href,
    actor: actor.name,
    content: wish.html ?? html(wish.text ?? "", mentions, wish.hashtags ?? []),
    summary: wish.summary ?? null,
    visibility: wish.visibility ?? "public",
    mentions,
    people,
    hashtags: wish.hashtags ?? [],
    inReplyTo: wish.inReplyTo ?? null,
    attachments: (wish.attachments ?? []).map((a) => storeMedia(world, a)),
    published: Temporal.Now.instant().toString(),
    updated: null,
    likes: new Set(),
    shares: new Set(),
  };
  // The author of the parent gets a reply even when the text does not name them.
  if (parent != null && !people.some((one) => one.uri === parent.uri)) people.push(parent);
  actor.notes.set(id, record);
  await sendAbout(ctx, actor, record, create(ctx, actor, record));
  return { uri: record.uri, id };
}

async function parentOf(world, ctx, actor, uri) {
  if (world.note(uri) != null) return null;
  const parent = await resolveNote(ctx, actor, uri);
  return address(await resolveActor(ctx, actor, parent.attributionId));
}

function html(text, mentions, hashtags) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const links = mentions.map((m) => `<a href="${m.uri}" class="u-url mention">${m.handle}</a>`);
  const tags = hashtags.map((tag) => `<a href="#" class="mention hashtag" rel="tag">#${tag}</a>`);
  return `<p>${[...links, escaped, ...tags].join(" ")}</p>`;
}

function storeMedia(world, { mediaType, description, dataBase64, width, height }) {
  const path = `/media/${crypto.randomUUID()}`;
  world.media.set(path, { mediaType, bytes: Buffer.from(dataBase64, "base64") });
  return { url: `${world.origin}${path}`, mediaType, description, width, height };
}

async function sendAbout(ctx, actor, record, activity) {
  if (record.visibility === "direct") await send(ctx, actor, record.people, activity);
  else await sendToFollowers(ctx, actor, activity, record.people);
}

function ownNote(actor, uri) {
  for (const record of actor.notes.values()) if (record.uri === uri) return record;
  throw new Refusal(404, `${actor.name} wrote no ${uri}`);
}

export async function edit(ctx, actor, uri, { text, html: markup, summary }) {
  const record = ownNote(actor, uri);
  record.content = markup ?? html(text, record.mentions, record.hashtags);
  if (summary !== undefined) record.summary = summary;
  record.updated = Temporal.Now.instant().toString();
  const activity = new Update({
    id: freshId(ctx, actor, "update"),
    actor: ctx.getActorUri(actor.name),
    ...audience(ctx, actor, record.visibility, record.mentions),
    object: note(ctx, actor, record),
  });
  await sendAbout(ctx, actor, record, activity);
}

export async function remove(world, ctx, actor, uri) {
  const record = ownNote(actor, uri);
  actor.notes.delete(record.id);
  const tombstone = new Tombstone({ id: new URL(uri), deleted: Temporal.Now.instant() });
  world.gone.set(new URL(uri).pathname, await tombstone.toJsonLd({ contextLoader: ctx.contextLoader }));
  const activity = new Delete({
    id: freshId(ctx, actor, "delete"),
    actor: ctx.getActorUri(actor.name),
    ...audience(ctx, actor, record.visibility, record.mentions),
    object: tombstone,
  });
  await sendAbout(ctx, actor, record, activity);
}

export async function like(ctx, actor, uri) {
  const { author, activity } = await reaction(ctx, actor, uri, Like, freshId(ctx, actor, "like"));
  actor.likes.set(uri, activity.id.href);
  await send(ctx, actor, [author], activity);
  return { id: activity.id.href };
}

async function reaction(ctx, actor, uri, Kind, id, extra = {}) {
  const object = await resolveNote(ctx, actor, uri);
  const author = address(await resolveActor(ctx, actor, object.attributionId));
  const me = ctx.getActorUri(actor.name);
  return { author, activity: new Kind({ id: new URL(id), actor: me, object: object.id, ...extra }) };
}

export async function unlike(ctx, actor, uri) {
  const id = actor.likes.get(uri);
  if (id == null) throw new Refusal(404, `${actor.name} does not like ${uri}`);
  actor.likes.delete(uri);
  const { author, activity } = await reaction(ctx, actor, uri, Like, id);
  await send(ctx, actor, [author], undo(ctx, actor, activity, author.uri));
}

function announceAudience(ctx, actor) {
  return {
    tos: [PUBLIC_COLLECTION],
    ccs: [ctx.getFollowersUri(actor.name)],
    published: Temporal.Now.instant(),
  };
}

export async function announce(ctx, actor, uri) {
  const id = freshId(ctx, actor, "announce");
  const extra = announceAudience(ctx, actor);
  const { author, activity } = await reaction(ctx, actor, uri, Announce, id, extra);
  actor.announces.set(uri, id.href);
  await sendToFollowers(ctx, actor, activity, [author]);
  return { id: id.href };
}

export async function unannounce(ctx, actor, uri) {
  const id = actor.announces.get(uri);
  if (id == null) throw new Refusal(404, `${actor.name} did not announce ${uri}`);
  actor.announces.delete(uri);
  const { author, activity } = await reaction(ctx, actor, uri, Announce, id);
  await sendToFollowers(ctx, actor, undo(ctx, actor, activity, PUBLIC_COLLECTION), [author]);
}

export async function block(ctx, actor, target) {
  const them = address(await resolveActor(ctx, actor, target));
  const id = freshId(ctx, actor, "block");
  actor.blocks.set(them.uri, { ...them, blockId: id.href });
  actor.followers.delete(them.uri);
  actor.requests.delete(them.uri);
  actor.following.delete(them.uri);
  await send(ctx, actor, [them], blockActivity(ctx, actor, them.uri, id));
  return { id: id.href, uri: them.uri };
}

function blockActivity(ctx, actor, uri, id) {
  const me = ctx.getActorUri(actor.name);
  return new Block({ id: new URL(id), actor: me, object: new URL(uri), to: new URL(uri) });
}

export async function unblock(ctx, actor, uri) {
  const them = actor.blocks.get(uri);
  if (them == null) throw new Refusal(404, `${actor.name} does not block ${uri}`);
  actor.blocks.delete(uri);
  await send(ctx, actor, [them], undo(ctx, actor, blockActivity(ctx, actor, uri, them.blockId), uri));
}

export async function updateActor(ctx, actor, { displayName, summary, locked }) {
  if (displayName !== undefined) actor.displayName = displayName;
  if (summary !== undefined) actor.summary = summary;
  if (locked !== undefined) actor.locked = locked;
  await announceActor(ctx, actor);
}

async function announceActor(ctx, actor) {
  const activity = new Update({
    id: freshId(ctx, actor, "update"),
    actor: ctx.getActorUri(actor.name),
    to: PUBLIC_COLLECTION,
    object: await person(ctx, actor),
  });
  await sendToFollowers(ctx, actor, activity);
}

// New keys under the same key ids, told to nobody: others find out when a signature fails.
export async function rotateKeys(actor) {
  actor.keys = await newKeys();
}

export async function deleteActor(world, ctx, actor) {
  const me = ctx.getActorUri(actor.name);
  const activity = new Delete({
    id: freshId(ctx, actor, "delete"),
    actor: me,
    to: PUBLIC_COLLECTION,
    object: me,
  });
  // The keys go with the actor, so the farewell has to be out before.
  await ctx.sendActivity({ identifier: actor.name }, [...actor.followers.values()].map(recipient), activity, {
    immediate: true,
  });
  world.actors.delete(actor.name);
  const tombstone = new Tombstone({ id: me, deleted: Temporal.Now.instant() });
  world.gone.set(me.pathname, await tombstone.toJsonLd({ contextLoader: ctx.contextLoader }));
}
