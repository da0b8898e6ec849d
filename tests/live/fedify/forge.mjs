// Requests made by hand: signed fetches, and deliveries that a good server must refuse.

import { parseNodeInfo, signRequest } from "@fedify/fedify";
import { Temporal } from "@js-temporal/polyfill";
import { SPECS } from "./knock.mjs";

const ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

async function signerOf(ctx, name) {
  const [rsa] = await ctx.getActorKeyPairs(name);
  return rsa;
}

// GET a URL, signed by `actor` when one is given; whatever comes back is the answer.
export async function signedFetch(ctx, { actor, url, spec = SPECS[0] }) {
  let request = new Request(url, {
    headers: { accept: ACCEPT, host: new URL(url).host, date: new Date().toUTCString() },
    redirect: "manual",
  });
  if (actor != null) {
    const pair = await signerOf(ctx, actor);
    request = await signRequest(request, pair.privateKey, pair.keyId, { spec });
  }
  return await reply(await fetch(request));
}

// POST an activity exactly as given, signed by `signer` (or not at all).
// keyId: claim another key. skewSeconds: sign as if it were another time.
// tamper: "body" changes the body after signing, "host" signs for another host.
export async function deliver(ctx, wish) {
  const { signer, inbox, activity, spec = SPECS[1], keyId, skewSeconds = 0, tamper } = wish;
  const body = typeof activity === "string" ? activity : JSON.stringify(activity);
  const now = Temporal.Now.instant().add({ seconds: skewSeconds });
  const host = tamper === "host" ? "elsewhere.example" : new URL(inbox).host;
  let request = new Request(inbox, {
    method: "POST",
    headers: { "content-type": "application/activity+json", host },
    body,
  });
  if (signer != null) {
    const pair = await signerOf(ctx, signer);
    const claimed = new URL(keyId ?? pair.keyId);
    request = await signRequest(request, pair.privateKey, claimed, { spec, currentTime: now });
  }
  const headers = new Headers(request.headers);
  headers.delete("host");
  const sent = tamper === "body" ? body.replace(/\}$/, ',"tampered":true}') : body;
  return await reply(await fetch(inbox, { method: "POST", headers, body: sent, redirect: "manual" }));
}

// Fedify's own look-up refuses loopback addresses; its strict parser is what a test wants of it.
export async function nodeInfo(url) {
  const index = await (await fetch(new URL("/.well-known/nodeinfo", url))).json();
  const schemas = index.links.filter((link) => link.rel.includes("nodeinfo.diaspora.software"));
  const newest = schemas.map((link) => ({ ...link, version: link.rel.split("/").at(-1) }))
    .sort((a, b) => b.version.localeCompare(a.version))[0];
  const document = await (await fetch(newest.href)).json();
  return { document, valid: parseNodeInfo(document) != null };
}

async function reply(response) {
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not JSON: the text says it all.
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), text, json };
}
