// Which signature scheme is tried first, changeable while running, and forgetting what was learned.

import { MemoryKvStore } from "@fedify/fedify";

export const SPECS = ["rfc9421", "draft-cavage-http-signatures-12"];

// Fedify remembers in its key-value store which scheme a server took; this store overrules
// the memory's absence with the test's choice.
export class KnockStore {
  constructor() {
    this.firstKnock = SPECS[0];
    this.forget();
  }

  forget() {
    this.inner = new MemoryKvStore();
    this.learned = new Map();
  }

  knockFirst(spec) {
    this.firstKnock = spec;
    this.learned.clear();
  }

  async get(key) {
    if (isSpecKey(key)) return this.learned.get(key.at(-1)) ?? this.firstKnock;
    return await this.inner.get(key);
  }

  async set(key, value, options) {
    if (isSpecKey(key)) this.learned.set(key.at(-1), value);
    else await this.inner.set(key, value, options);
  }

  async delete(key) {
    await this.inner.delete(key);
  }

  async cas(key, expected, replacement, options) {
    return await this.inner.cas(key, expected, replacement, options);
  }

  list(prefix) {
    return this.inner.list(prefix);
  }
}

function isSpecKey(key) {
  return key[1] === "httpMessageSignaturesSpec";
}
