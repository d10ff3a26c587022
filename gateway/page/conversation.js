// One account's conversation: sends each message once, however often it must be tried.
import * as api from "./api.js";
import { load, newKey, save } from "./store.js";

const PAUSES = [1000, 3000]; // milliseconds before the second and the third try

export class Conversation {
  /** `token` is a demo account's bearer token, or null for a visitor. */
  constructor(account, token) {
    this.account = account;
    this.token = token;
    this.kept = load(account);
    this.leaving = new AbortController();
  }

  get pending() {
    return this.kept.pending ?? null;
  }

  /** The messages so far; none when there is no conversation yet or the server has forgotten it. */
  async history() {
    if (!this.kept.id) return [];
    try {
      return await this.#known(() => api.history(this.kept.id, this.#identity()));
    } catch (error) {
      if (error.kind !== "gone") throw error;
      this.#keep({});
      return [];
    }
  }

  /** Keeps the message first, so that a crash or a reload loses nothing. */
  prepare({ text, choice, title }) {
    this.#keep({ ...this.kept, pending: { key: newKey(), text, choice, title } });
  }

  /** Sends the prepared message, again by itself where that may help, always with the same key. */
  async deliver(onMessage) {
    const message = this.pending;
    for (const pause of [...PAUSES, null]) {
      try {
        await this.#open();
        await this.#known(() => api.send(this.kept.id, message, this.#identity(), onMessage, this.leaving.signal));
        return this.drop();
      } catch (error) {
        if (pause === null || !error.again || this.leaving.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  drop() {
    const { pending, ...rest } = this.kept;
    this.#keep(rest);
  }

  forget() {
    this.leave();
    this.#keep({});
  }

  leave() {
    this.leaving.abort();
  }

  async #open() {
    if (this.kept.id) return;
    const { id, visitor_token: visitorToken } = await this.#known(() => api.open(this.#identity()));
    this.#keep({ ...this.kept, id, visitorToken });
  }

  // A token lives an hour at most: a refused one is replaced once.
  async #known(call) {
    try {
      return await call();
    } catch (error) {
      if (error.status !== 401 || !this.token) throw error;
      this.token = await api.demoToken(this.account);
      return call();
    }
  }

  #identity() {
    if (this.token) return { Authorization: `Bearer ${this.token}` };
    return this.kept.visitorToken ? { "X-Visitor-Token": this.kept.visitorToken } : {};
  }

  #keep(kept) {
    if (this.leaving.signal.aborted && kept.id) return; // a later conversation may already be kept
    this.kept = kept;
    save(this.account, kept);
  }
}
