// One customer's conversation: what was said, and what is on its way, each message sent once however often it is tried.
import type { Answer, Said } from "../api/messages";
import { type Kind, asProblem } from "../api/problem";
import { type Queued, newKey } from "./memory";
import { isFinal, persistently } from "./persistence";
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
  #leaving = new AbortController();
  #work = Promise.resolve();

  constructor(
    readonly session: Session,
    readonly tabs: Tabs,
    readonly hooks: Hooks,
  ) {}

  /** Messages that are not answered yet, oldest first, in all tabs. */
  get queue(): Queued[] {
    return this.session.memory.load(this.session.who).queue;
  }

  /** Whether an answer is being waited for. */
  get busy(): boolean {
    const [first] = this.queue;
    return !!first && !first.failed && navigator.onLine;
  }

  /** Keeps the message first, so that a crash or a reload loses nothing. What failed before it is tried once more. */
  say(text: string, choice?: string): void {
    const message: Queued = { key: newKey(), text, ...(choice && { choice }) };
    this.#queue((queue) => [...queue.filter(({ failed }) => !failed || !isFinal(failed)).map(afresh), message]);
    this.hooks.said([{ role: "user", id: message.key, text }]);
    void this.flush();
  }

  retry(): void {
    this.#queue((queue) => queue.map((message) => (message.failed && isFinal(message.failed) ? message : afresh(message))));
    void this.flush();
  }

  discard(key: string): void {
    this.#queue((queue) => queue.filter((message) => message.key !== key));
    void this.flush();
  }

  /** Sends what is queued, in order, in one tab at a time. */
  flush(): Promise<void> {
    const { signal } = this.#leaving;
    const send = async () => {
      for (let next; !signal.aborted && this.busy && (next = this.queue[0]); ) await this.#deliver(next, signal);
    };
    return (this.#work = this.#work.catch(() => {}).then(() => this.tabs.alone(this.session.who, signal, send)));
  }

  /** Shows what was said before, and finishes what a reload cut short. */
  async load(): Promise<void> {
    const { signal } = this.#leaving;
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
    if (!this.unloaded) void this.flush();
  }

  /** Takes in what another tab tells. */
  hear(said: Said[], rated: Record<string, boolean>): void {
    Object.assign(this.ratings, rated);
    this.#add(said);
    void this.flush();
  }

  async rate(answer: string, helpful: boolean): Promise<void> {
    const { http, who, memory } = this.session;
    const path = `/v1/conversations/${memory.load(who).id}/messages/${answer}/rating`;
    await this.session.as((headers) => http.call(path, { method: "POST", headers, body: { helpful } }));
    this.ratings[answer] = helpful;
    this.tabs.tell({ who, rated: { [answer]: helpful } });
    this.hooks.changed();
  }

  /** Ends what is in hand, whose answer then comes by the next try; `silently` leaves what was said on the screen. */
  leave(silently = false): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
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

  async #deliver(message: Queued, signal: AbortSignal): Promise<void> {
    this.hooks.changed();
    try {
      await persistently(() => this.#send(message, signal), signal);
      if (!signal.aborted) this.#done(message);
    } catch (error) {
      if (!signal.aborted && navigator.onLine) this.#failed(message, asProblem(error).kind);
    }
    this.hooks.changed();
  }

  async #send({ key, text, choice }: Queued, signal: AbortSignal): Promise<void> {
    const { session } = this;
    const id = await this.#id();
    const body = choice ? { choice } : { text };
    await session.as((headers) =>
      session.http.send(id, { body, signal, headers: { ...headers, "Idempotency-Key": key } }, (answer) => {
        if (!signal.aborted) this.#came(key, text, answer);
      }),
    );
  }

  async #id(): Promise<string> {
    const { session } = this;
    const { id } = session.memory.load(session.who);
    if (id) return id;
    const opened = await session.as((headers) =>
      session.http.json<{ id: string; visitor_token?: string }>("/v1/conversations", { method: "POST", headers, body: {} }),
    );
    session.memory.update(session.who, (kept) => Object.assign(kept, { id: opened.id, secret: opened.visitor_token }));
    return opened.id;
  }

  #came(key: string, text: string, answer: Answer): void {
    const { memory, who } = this.session;
    memory.update(who, ({ queue }) => {
      for (const message of queue) if (message.key === key) message.answer = answer.answer_id;
    });
    const said: Said[] = [{ role: "user", id: answer.answer_id, text }, answer];
    this.#add(said, (fresh) => this.hooks.said(fresh.filter(({ role }) => role === "assistant")));
    this.tabs.tell({ who, said });
  }

  #done({ key }: Queued): void {
    this.#queue((queue) => queue.filter((message) => message.key !== key));
  }

  #failed({ key }: Queued, kind: Kind): void {
    this.#queue((queue) => queue.map((message) => (message.key === key ? { ...message, failed: kind } : message)));
    this.hooks.failed(kind);
  }

  #add(said: Said[], then?: (fresh: Said[]) => void): void {
    const fresh = said.filter((message) => !this.said.some(({ id }) => id === message.id));
    this.said = [...this.said, ...fresh];
    then?.(fresh);
    this.hooks.changed();
  }

  #queue(change: (queue: Queued[]) => Queued[]): void {
    const { memory, who } = this.session;
    memory.update(who, (kept) => Object.assign(kept, { queue: change(kept.queue), usedAt: Date.now() }));
    this.tabs.tell({ who });
    this.hooks.changed();
  }
}

const afresh = ({ failed: _, ...message }: Queued): Queued => message;
