// From our plain records to ActivityPub objects: actors, notes, audiences.

import {
  Create,
  Document,
  Endpoints,
  Hashtag,
  Image,
  Mention,
  Note,
  Person,
  PUBLIC_COLLECTION,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

export async function person(ctx, actor) {
  const keys = await ctx.getActorKeyPairs(actor.name);
  const id = ctx.getActorUri(actor.name);
  return new Person({
    id,
    preferredUsername: actor.name,
    name: actor.displayName,
    summary: actor.summary,
    url: new URL(`/@${actor.name}`, ctx.canonicalOrigin),
    published: Temporal.Instant.from(actor.published),
    manuallyApprovesFollowers: actor.locked,
    discoverable: true,
    indexable: true,
    inbox: ctx.getInboxUri(actor.name),
    outbox: ctx.getOutboxUri(actor.name),
    followers: ctx.getFollowersUri(actor.name),
    following: ctx.getFollowingUri(actor.name),
    endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
    publicKey: keys[0].cryptographicKey,
    assertionMethods: keys.map((pair) => pair.multikey),
  });
}

// `to` and `cc` in the four shapes that the microblogging servers agree on.
export function audience(ctx, actor, visibility, mentions) {
  const followers = ctx.getFollowersUri(actor.name);
  const people = mentions.map((mention) => new URL(mention.uri));
  switch (visibility) {
    case "public":
      return { tos: [PUBLIC_COLLECTION], ccs: [followers, ...people] };
    case "unlisted":
      return { tos: [followers], ccs: [PUBLIC_COLLECTION, ...people] };
    case "followers":
      return { tos: [followers], ccs: people };
    case "direct":
      return { tos: people, ccs: [] };
  }
  throw new Error(`unknown visibility ${visibility}`);
}

export function note(ctx, actor, record) {
  return new Note({
    id: new URL(record.uri),
    attribution: ctx.getActorUri(actor.name),
    ...audience(ctx, actor, record.visibility, record.mentions),
    content: record.content,
    summary: record.summary,
    sensitive: record.summary != null,
    url: new URL(record.uri),
    published: Temporal.Instant.from(record.published),
    updated: record.updated == null ? null : Temporal.Instant.from(record.updated),
    replyTarget: record.inReplyTo == null ? null : new URL(record.inReplyTo),
    tags: [
      ...record.mentions.map((m) => new Mention({ href: new URL(m.uri), name: m.handle })),
      ...record.hashtags.map((tag) =>
        new Hashtag({
          href: new URL(`/tags/${encodeURIComponent(tag.toLowerCase())}`, ctx.canonicalOrigin),
          name: `#${tag}`,
        })
      ),
    ],
    attachments: record.attachments.map((a) => attachment(a)),
  });
}

function attachment({ url, mediaType, description, width, height }) {
  const Kind = mediaType.startsWith("image/") ? Image : Document;
  return new Kind({ url: new URL(url), mediaType, name: description ?? null, width, height });
}

export function create(ctx, actor, record) {
  return new Create({
    id: new URL(`${record.uri}#create`),
    actor: ctx.getActorUri(actor.name),
    ...audience(ctx, actor, record.visibility, record.mentions),
    published: Temporal.Instant.from(record.published),
    object: note(ctx, actor, record),
  });
}

// Somebody elsewhere, as plain data that we keep …
export function address(actor) {
  return {
    uri: actor.id.href,
    inbox: actor.inboxId.href,
    sharedInbox: actor.endpoints?.sharedInbox?.href ?? null,
  };
}

// … and as Fedify wants a recipient.
export function recipient({ uri, inbox, sharedInbox }) {
  return {
    id: new URL(uri),
    inboxId: new URL(inbox),
    endpoints: sharedInbox == null ? null : { sharedInbox: new URL(sharedInbox) },
  };
}
