// The whole of it: who is talking, their conversation, and what happens when that changes.
import type { Headers, Http, Request } from "../api/http";
import { asProblem } from "../api/problem";
import type { GetToken } from "../host/types";
import { Conversation, type Hooks } from "./conversation";
import type { Memory } from "./memory";
import { Session, VISITOR, bearer } from "./session";
import { type News, Tabs } from "./tabs";
import { Tokens, whoseIs } from "./token";

const CARRIED = 3_600_000; // milliseconds after its last message in which a visitor's conversation follows a sign-in

export class Talk {
  readonly session: Session;
  readonly conversation: Conversation;
  /** The account's time zone; the browser's own for a visitor. */
  zone: string | undefined;
  readonly #tabs: Tabs;
  #source: GetToken | null = null;
  #latest = 0;
  #changing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly http: Http,
    readonly memory: Memory,
    readonly hooks: Hooks,
  ) {
    this.session = new Session(http, memory);
    this.#tabs = new Tabs(memory.prefix, (news) => void this.#hear(news));
    this.conversation = new Conversation(this.session, this.#tabs, hooks);
    addEventListener("online", () => this.conversation.outbox.retry());
    addEventListener("offline", () => hooks.changed());
    // What another tab keeps is seen here a little after what it tells.
    addEventListener("storage", () => this.conversation.hear([], {}));
  }

  /** Begins, as whoever the host page says. */
  async start(source?: GetToken): Promise<void> {
    await (source ? this.identify(source) : this.conversation.load());
  }

  /** A call as the customer, for what cards fetch. */
  call(path: string, request: Request = {}): Promise<Response> {
    return this.session.as((headers: Headers) => this.http.call(path, { ...request, headers }));
  }

  async identify(source: GetToken): Promise<void> {
    const mine = ++this.#latest;
    this.#source = source;
    const tokens = new Tokens(source);
    this.conversation.loading ||= !this.conversation.said.length;
    this.hooks.changed();
    try {
      const token = await tokens.get();
      await this.#oneByOne(() => (mine === this.#latest ? this.#become(token, tokens, mine) : undefined));
      if (mine === this.#latest) await this.#settle();
    } catch (error) {
      if (mine !== this.#latest) return;
      Object.assign(this.conversation, { loading: false, unloaded: asProblem(error).kind });
      this.hooks.changed();
    }
  }

  /** Loads anew what could not be loaded. */
  reload(): Promise<void> {
    return this.#source ? this.identify(this.#source) : this.conversation.load();
  }

  signOut(): void {
    this.#source = null;
    this.#latest++;
    this.memory.forget(VISITOR);
    this.startAnew();
    this.#be(VISITOR, null);
    this.hooks.changed();
  }

  startAnew(): void {
    this.memory.forget(this.session.who);
    this.conversation.leave();
    this.#tabs.tell({ who: this.session.who, moved: true });
  }

  // Two changes at once would take each other's conversation: the second waits, and the latest counts.
  #oneByOne(change: () => unknown): Promise<unknown> {
    return (this.#changing = this.#changing.catch(() => {}).then(change));
  }

  async #become(token: string | null, tokens: Tokens, mine: number): Promise<void> {
    if (token === null) return this.session.signedIn ? this.signOut() : undefined;
    const who = whoseIs(token);
    if (who === this.session.who) {
      this.session.tokens = tokens;
      return;
    }
    const carried = !this.session.signedIn && (await this.#carry(token, who));
    if (mine !== this.#latest) return;
    this.conversation.leave(carried);
    this.#be(who, tokens);
    this.conversation.loading = true;
  }

  /** Shows what is there to be shown, and sends what waited for a token. */
  async #settle(): Promise<void> {
    const { conversation } = this;
    if (conversation.loading || conversation.unloaded) await conversation.load();
    conversation.outbox.retry();
  }

  /** Takes along what the visitor said, and what is still to be sent; false where there is no conversation to take. */
  async #carry(token: string, who: string): Promise<boolean> {
    const { id, secret, usedAt = 0 } = this.memory.load(VISITOR);
    if (Date.now() - usedAt > CARRIED) return false;
    this.conversation.leave(true);
    const taken = !!id && !!secret && (await this.#take(id, secret, token));
    const { queue } = this.memory.load(VISITOR);
    this.memory.update(who, (kept) => Object.assign(kept, { ...(taken && { id }), usedAt, queue: [...kept.queue, ...queue] }));
    this.memory.forget(VISITOR);
    this.#tabs.tell({ who: VISITOR, moved: true });
    return taken;
  }

  /** Whether the visitor's conversation is the customer's now; another tab may have taken it before. */
  async #take(id: string, secret: string, token: string): Promise<boolean> {
    const headers = { ...bearer(token), "X-Visitor-Token": secret };
    try {
      await this.http.call(`/v1/conversations/${id}/sign-in`, { method: "POST", headers });
      return true;
    } catch (error) {
      if (asProblem(error).kind !== "gone") throw error;
      return false;
    }
  }

  #be(who: string, tokens: Tokens | null): void {
    this.session.become(who, tokens);
    this.zone = undefined;
    if (tokens) void this.#findZone(who);
  }

  async #findZone(who: string): Promise<void> {
    const account = await this.call("/v1/account").then((answer) => answer.json(), () => ({}));
    if (who !== this.session.who) return;
    this.zone = account.time_zone;
    this.hooks.changed();
  }

  async #hear({ who, said = [], rated = {}, moved }: News): Promise<void> {
    if (who !== this.session.who) return;
    if (!moved) return this.conversation.hear(said, rated);
    this.conversation.leave();
    await this.reload();
  }
}
