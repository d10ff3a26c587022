// One customer's conversation: what was said, and below it what is on its way.
import type { Headers } from "../api/http";
import type { Answer, Said } from "../api/messages";
import { type Kind, asProblem } from "../api/problem";
import type { Queued } from "./memory";
import { Outbox } from "./outbox";
import type { Session } from "./session";
import type { Tabs } from "./tabs";

const AGAIN = 2000; // milliseconds until a line that ended is opened again

export interface Hooks {
  changed(): void;
  said(messages: Said[]): void;
  failed(kind: Kind): void;
}

export class Conversation {
  said: Said[] = [];
  ratings: Record<string, boolean> = {};
  loading = false;
  unloaded: Kind | null = null;
  readonly outbox: Outbox;
  #heard: AbortSignal | null = null;

  constructor(
    readonly session: Session,
    readonly tabs: Tabs,
    readonly hooks: Hooks,
  ) {
    const came = (message: Queued, answer: Answer) => this.#came(message, answer);
    const left = () => this.#history(this.outbox.leaving);
    this.outbox = new Outbox(session, tabs, { ...hooks, came, left });
  }

  /** `taken`: a person answers; another word: one is waited for; undefined: neither. */
  get person(): string | undefined {
    const state = this.said.findLast((message): message is Answer => message.role !== "user" && !!message.handoff)?.handoff;
    return state && !["returned", "closed"].includes(state) ? state : undefined;
  }

  say(text: string, choice?: string): void {
    const { key } = this.outbox.put(text, choice);
    this.hooks.said([{ role: "user", id: key, text }]);
  }

  /** Shows what was said before, and finishes what a reload cut short. */
  async load(): Promise<void> {
    const signal = this.outbox.leaving;
    Object.assign(this, { loading: true, unloaded: null });
    this.hooks.changed();
    try {
      await this.#history(signal);
    } catch (error) {
      if (!signal.aborted) this.#unloaded(asProblem(error).kind);
    }
    this.hooks.changed();
    await new Promise((resolve) => setTimeout(resolve)); // what was said long ago is drawn before the log is live again
    if (signal.aborted) return;
    this.loading = false;
    this.hooks.changed();
    if (!this.unloaded) void this.outbox.flush();
  }

  /** Takes in what another tab tells. */
  hear(said: Said[], rated: Record<string, boolean>): void {
    Object.assign(this.ratings, rated);
    this.#add(said);
    void this.outbox.flush();
  }

  async rate(answer: string, helpful: boolean): Promise<void> {
    const { http, who, memory } = this.session;
    const path = `/v1/conversations/${memory.load(who).id}/messages/${answer}/rating`;
    await this.session.as((headers) => http.call(path, { method: "POST", headers, body: { helpful } }));
    this.ratings[answer] = helpful;
    this.tabs.tell({ who, rated: { [answer]: helpful } });
    this.hooks.changed();
  }

  /** Leaves it; `silently` keeps what was said on the screen until something else is there. */
  leave(silently = false): void {
    this.outbox.leave();
    Object.assign(this, { unloaded: null, loading: false });
    if (!silently) Object.assign(this, { said: [], ratings: {} });
    this.hooks.changed();
  }

  async #history(signal: AbortSignal): Promise<void> {
    const { id } = this.session.memory.load(this.session.who);
    if (!id) return;
    const page = await this.session.as((headers) => this.session.http.history(id, headers));
    if (signal.aborted) return;
    const known = new Set(page.messages.map((message) => message.id));
    this.said = [...page.messages, ...this.said.filter((message) => !known.has(message.id))];
    this.ratings = page.ratings;
    void this.#listen();
  }

  /** Hears what a person writes, as long as one is there or waited for; in one tab, which tells the others. */
  async #listen(): Promise<void> {
    const { session, tabs } = this;
    const { http, who, memory } = session;
    const signal = this.outbox.leaving;
    if (!this.person || this.#heard === signal) return;
    this.#heard = signal;
    await tabs.alone(`${who}:hears`, signal, async () => {
      for (let gone = false; this.person && !gone && !signal.aborted; ) {
        const hear = (headers: Headers) => http.listen(memory.load(who).id!, { headers, signal }, (answer) => this.#told([answer]));
        await session.as(hear).catch((error) => (gone = asProblem(error).kind === "gone"));
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    });
    if (this.#heard === signal) this.#heard = null;
  }

  #unloaded(kind: Kind): void {
    if (kind === "gone") this.session.memory.update(this.session.who, (kept) => delete kept.id);
    else this.unloaded = kind;
  }

  #came({ text }: Queued, answer: Answer): void {
    const said: Said[] = [{ role: "user", id: answer.answer_id, text }, answer];
    this.#told(said);
  }

  #told(said: Said[]): void {
    const fresh = this.#add(said);
    this.hooks.said(fresh.filter(({ role }) => role !== "user"));
    if (fresh.length) this.tabs.tell({ who: this.session.who, said });
  }

  #add(said: Said[]): Said[] {
    const fresh = said.filter((message) => !this.said.some(({ id }) => id === message.id));
    this.said = [...this.said, ...fresh];
    this.hooks.changed();
    void this.#listen();
    return fresh;
  }
}
