// One customer's conversation: what was said, and below it what is on its way.
import type { Answer, Said } from "../api/messages";
import { type Kind, asProblem } from "../api/problem";
import type { Queued } from "./memory";
import { Outbox } from "./outbox";
import type { Session } from "./session";
import type { Tabs } from "./tabs";

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

  constructor(
    readonly session: Session,
    readonly tabs: Tabs,
    readonly hooks: Hooks,
  ) {
    const came = (message: Queued, answer: Answer) => this.#came(message, answer);
    this.outbox = new Outbox(session, tabs, { ...hooks, came });
  }

  say(text: string, choice?: string): void {
    const { key } = this.outbox.put(text, choice);
    this.hooks.said([{ role: "user", id: key, text }]);
  }

  /** Shows what was said before, and finishes what a reload cut short. */
  async load(): Promise<void> {
    const signal = this.outbox.leaving;
    const { id } = this.session.memory.load(this.session.who);
    Object.assign(this, { loading: true, unloaded: null });
    this.hooks.changed();
    try {
      if (id) await this.#history(id, signal);
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

  async #history(id: string, signal: AbortSignal): Promise<void> {
    const page = await this.session.as((headers) => this.session.http.history(id, headers));
    if (signal.aborted) return;
    const known = new Set(page.messages.map((message) => message.id));
    this.said = [...page.messages, ...this.said.filter((message) => !known.has(message.id))];
    this.ratings = page.ratings;
  }

  #unloaded(kind: Kind): void {
    if (kind === "gone") this.session.memory.update(this.session.who, (kept) => delete kept.id);
    else this.unloaded = kind;
  }

  #came({ text }: Queued, answer: Answer): void {
    const said: Said[] = [{ role: "user", id: answer.answer_id, text }, answer];
    const fresh = this.#add(said);
    this.hooks.said(fresh.filter(({ role }) => role === "assistant"));
    this.tabs.tell({ who: this.session.who, said });
  }

  #add(said: Said[]): Said[] {
    const fresh = said.filter((message) => !this.said.some(({ id }) => id === message.id));
    this.said = [...this.said, ...fresh];
    this.hooks.changed();
    return fresh;
  }
}
