// The gateway's HTTP calls; every failure is a Problem.
import type { Answer, HistoryPage } from "./messages";
import { Problem, kindOf, problemOf } from "./problem";
import { events } from "./sse";

const LIMIT = 90_000; // milliseconds until an answer that does not come counts as lost

export type Headers = Record<string, string>;

export interface Request {
  method?: string;
  body?: unknown;
  headers?: Headers;
  signal?: AbortSignal;
}

export class Http {
  /** `base` is the gateway's address without a slash at its end; `language` the one to be answered in. */
  constructor(
    readonly base: string,
    readonly language: () => string,
  ) {}

  async call(path: string, { method = "GET", body, headers, signal }: Request = {}): Promise<Response> {
    const limit = AbortSignal.timeout(LIMIT);
    const json: Headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const answer = await fetch(this.base + path, {
      method,
      headers: { "Accept-Language": this.language(), ...json, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch(() => {
      throw new Problem("lost");
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  async json<T>(path: string, request?: Request): Promise<T> {
    return (await this.call(path, request)).json();
  }

  /** All pages of a conversation, as one. */
  async history(id: string, headers: Headers): Promise<HistoryPage> {
    const whole: HistoryPage = { messages: [], next: null, ratings: {} };
    do {
      const query = whole.next ? `?cursor=${encodeURIComponent(whole.next)}` : "";
      const page = await this.json<HistoryPage>(`/v1/conversations/${id}/messages${query}`, { headers });
      whole.messages.push(...page.messages);
      Object.assign(whole.ratings, page.ratings);
      whole.next = page.next;
    } while (whole.next);
    return whole;
  }

  /** Gives what comes unasked, until the line ends. */
  async listen(id: string, request: Request, onAnswer: (answer: Answer) => void): Promise<void> {
    const answer = await this.call(`/v1/conversations/${id}/events`, request);
    for await (const { data } of events(answer.body!)) onAnswer(JSON.parse(data));
  }

  /** Sends one message; `onAnswer` gets each of the reply as it comes. Returns when the reply is whole. */
  async send(id: string, request: Request, onAnswer: (answer: Answer) => void): Promise<void> {
    const answer = await this.call(`/v1/conversations/${id}/messages`, {
      ...request,
      method: "POST",
      headers: { ...request.headers, Accept: "text/event-stream" },
    });
    try {
      for await (const { event, data } of events(answer.body!)) {
        if (event === "done") return;
        const told = JSON.parse(data);
        if (event === "error") throw new Problem(kindOf(told.status ?? 500, told.code));
        if (event === "message") onAnswer(told);
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
    }
    throw new Problem("lost"); // the stream ended before the reply did
  }
}
