// What this server knows: its people, their notes, and everything that verified activities taught it.
// Plain data only; who may change it is decided in federation.mjs (from outside) and actions.mjs.

import { generateCryptoKeyPair } from "@fedify/fedify";

const LOG_LIMIT = 2000;

export class World {
  constructor(origin) {
    this.origin = origin;
    this.actors = new Map();
    this.gone = new Map(); // path → Tombstone document
    this.media = new Map(); // path → { mediaType, bytes }
    this.seen = new Map(); // URI of somebody else's note → what we know of it
    this.received = []; // verified activities
    this.wire = []; // every request to the federation port, verified or not
    this.outboxErrors = [];
    this.counter = 0;
  }

  actor(name) {
    const actor = this.actors.get(name);
    if (actor == null) throw new Refusal(404, `no actor ${name} here`);
    return actor;
  }

  async createActor({ name, displayName, summary, locked = false }) {
    if (!/^[A-Za-z0-9_]{1,30}$/.test(name ?? "")) throw new Refusal(400, "name: letters, digits, _");
    if (this.actors.has(name)) throw new Refusal(409, `${name} exists`);
    const actor = {
      name,
      displayName: displayName ?? name,
      summary: summary ?? "",
      locked,
      published: new Date().toISOString(),
      keys: await newKeys(),
      followers: new Map(), // actor URI → { uri, inbox, sharedInbox, followId, since }
      requests: new Map(), // actor URI → the same, waiting for an answer
      following: new Map(), // actor URI → { uri, inbox, sharedInbox, followId, state }
      blocks: new Map(), // actor URI → { uri, inbox, sharedInbox, blockId }
      blockedBy: new Set(),
      likes: new Map(), // object URI → activity id
      announces: new Map(), // object URI → activity id
      notes: new Map(), // local id → note record
      outbox: [], // activities as JSON, newest first
    };
    this.actors.set(name, actor);
    return actor;
  }

  note(uri) {
    for (const actor of this.actors.values()) {
      for (const note of actor.notes.values()) if (note.uri === uri) return note;
    }
    return null;
  }

  recordReceived(entry) {
    push(this.received, { seq: ++this.counter, at: Date.now(), ...entry });
  }

  recordWire(entry) {
    push(this.wire, { seq: ++this.counter, at: Date.now(), ...entry });
  }

  recordOutboxError(error, activity) {
    push(this.outboxErrors, {
      seq: ++this.counter,
      at: Date.now(),
      message: String(error?.message ?? error),
      inbox: error?.inbox?.href ?? null,
      status: error?.statusCode ?? null,
      activity: activity?.id?.href ?? null,
    });
  }
}

// An answer of the control API to a test that asks for something impossible.
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Fedify's own generator makes RSA keys of 4096 bits, which takes a second; 2048 is the usual size.
export async function newKeys() {
  const rsa = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  return [
    await crypto.subtle.generateKey(rsa, true, ["sign", "verify"]),
    await generateCryptoKeyPair("Ed25519"),
  ];
}

function push(log, entry) {
  log.push(entry);
  if (log.length > LOG_LIMIT) log.shift();
}
