// Messages on their way: kept before they are sent, each sent once however often it is tried.
import type { Answer } from "../api/messages";
import { type Kind, asProblem } from "../api/problem";
import { type Queued, newKey } from "./memory";
import { isFinal, persistently } from "./persistence";
import type { Session } from "./session";
import type { Tabs } from "./tabs";

export interface Deliveries {
  changed(): void;
  /** A message of the reply to what was sent under `key`. */
  came(message: Queued, answer: Answer): void;
  /** What was sent is with a person, who answers when they can. */
  left(): Promise<void>;
  failed(kind: Kind): void;
}

export class Outbox {
  #leaving = new AbortController();
  #work = Promise.resolve();

  constructor(
    readonly session: Session,
    readonly tabs: Tabs,
    readonly deliveries: Deliveries,
  ) {}

  /** Aborted when the customer leaves the conversation. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Messages that are not answered yet, oldest first, of all tabs. */
  get queue(): Queued[] {
    return this.session.memory.load(this.session.who).queue;
  }

  /** Whether an answer is being waited for. */
  get busy(): boolean {
    const [first] = this.queue;
    return !!first && !first.failed && navigator.onLine;
  }

  /** Puts a message behind those that wait. What failed before it is tried once more, or dropped where that is in vain. */
  put(text: string, choice?: string): Queued {
    const message: Queued = { key: newKey(), text, ...(choice && { choice }) };
    this.#change((queue) => [...queue.filter((each) => !isInVain(each)).map(afresh), message]);
    void this.flush();
    return message;
  }

  retry(): void {
    this.#change((queue) => queue.map((message) => (isInVain(message) ? message : afresh(message))));
    void this.flush();
  }

  discard(key: string): void {
    this.#change((queue) => queue.filter((message) => message.key !== key));
    void this.flush();
  }

  /** Sends what waits, in order, in one tab at a time. */
  flush(): Promise<void> {
    const signal = this.leaving;
    const send = async () => {
      for (let next; !signal.aborted && this.busy && (next = this.queue[0]); ) await this.#deliver(next, signal);
    };
    return (this.#work = this.#work.catch(() => {}).then(() => this.tabs.alone(this.session.who, signal, send)));
  }

  /** Ends what is in hand; its answer comes by the next try, under the same key. */
  leave(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  async #deliver(message: Queued, signal: AbortSignal): Promise<void> {
    this.deliveries.changed();
    try {
      await persistently(() => this.#send(message, signal), signal);
      if (!this.queue.some(({ key, answer }) => key === message.key && answer)) await this.deliveries.left();
      if (!signal.aborted) this.#change((queue) => queue.filter(({ key }) => key !== message.key));
    } catch (error) {
      if (!signal.aborted && navigator.onLine) this.#fail(message, asProblem(error).kind);
    }
  }

  async #send(message: Queued, signal: AbortSignal): Promise<void> {
    const { session } = this;
    const { key, text, choice } = message;
    const id = await this.#conversation();
    const body = choice ? { choice } : { text };
    await session.as((headers) =>
      session.http.send(id, { body, signal, headers: { ...headers, "Idempotency-Key": key } }, (answer) => {
        if (!signal.aborted) this.#came(message, answer);
      }),
    );
  }

  async #conversation(): Promise<string> {
    const { session } = this;
    const { id } = session.memory.load(session.who);
    if (id) return id;
    const opened = await session.as((headers) =>
      session.http.json<{ id: string; visitor_token?: string }>("/v1/conversations", { method: "POST", headers, body: {} }),
    );
    session.memory.update(session.who, (kept) => Object.assign(kept, { id: opened.id, secret: opened.visitor_token }));
    return opened.id;
  }

  #came(message: Queued, answer: Answer): void {
    const { memory, who } = this.session;
    memory.update(who, ({ queue }) => {
      for (const each of queue) if (each.key === message.key) each.answer = answer.answer_id;
    });
    this.deliveries.came(message, answer);
  }

  #fail({ key }: Queued, failed: Kind): void {
    this.#change((queue) => queue.map((message) => (message.key === key ? { ...message, failed } : message)));
    this.deliveries.failed(failed);
  }

  #change(change: (queue: Queued[]) => Queued[]): void {
    const { memory, who } = this.session;
    memory.update(who, (kept) => Object.assign(kept, { queue: change(kept.queue), usedAt: Date.now() }));
    this.tabs.tell({ who });
    this.deliveries.changed();
  }
}

const isInVain = ({ failed }: Queued): boolean => !!failed && isFinal(failed);

const afresh = ({ failed: _, ...message }: Queued): Queued => message;
