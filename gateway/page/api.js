// The gateway's HTTP calls. Every failure is a Problem, whose `kind` names the sentence to show.
import { language } from "./i18n.js";
import { events } from "./sse.js";

const TURN_LIMIT = 90_000; // milliseconds until an answer that does not come counts as lost

export class Problem extends Error {
  constructor(kind, { again = false, status = 0 } = {}) {
    super(kind);
    Object.assign(this, { kind, again, status });
  }
}

/** A demo account's token, or null where the server gives none out (production). */
export async function demoToken(account) {
  const answer = await request("/demo/token", { method: "POST", body: { account }, allow: [404] });
  return answer.status === 404 ? null : (await answer.json()).token;
}

/** `{"id", "visitor_token"?}` of a new conversation. */
export async function open(identity) {
  return (await request("/v1/conversations", { method: "POST", body: {}, identity })).json();
}

/** All messages of the conversation, oldest first. */
export async function history(id, identity) {
  const messages = [];
  let next = null;
  do {
    const query = next ? `?cursor=${encodeURIComponent(next)}` : "";
    const page = await (await request(`/v1/conversations/${id}/messages${query}`, { identity })).json();
    messages.push(...page.messages);
    next = page.next;
  } while (next);
  return messages;
}

/** Sends one message and calls `onMessage` for each of the reply; returns when the reply is whole. */
export async function send(id, { key, text, choice }, identity, onMessage, signal) {
  const answer = await request(`/v1/conversations/${id}/messages`, {
    method: "POST", body: choice ? { choice } : { text }, identity, signal,
    headers: { "Idempotency-Key": key, Accept: "text/event-stream" },
  });
  if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    return (await answer.json()).messages.forEach(onMessage);
  }
  await read(answer.body, onMessage);
}

async function read(body, onMessage) {
  try {
    for await (const { event, data } of events(body)) {
      if (event === "message") onMessage(JSON.parse(data));
      if (event === "error") throw problem(JSON.parse(data).status ?? 500, JSON.parse(data).code);
      if (event === "done") return;
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("lost", { again: true });
  }
  throw new Problem("lost", { again: true }); // the stream ended before the reply did
}

async function request(path, { method = "GET", body, identity, headers = {}, signal, allow = [] }) {
  const limit = AbortSignal.timeout(TURN_LIMIT);
  const answer = await fetch(path, {
    method,
    headers: { "Accept-Language": language(), ...(body && { "Content-Type": "application/json" }), ...identity, ...headers },
    body: body && JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }).catch(() => {
    throw new Problem("lost", { again: true });
  });
  if (answer.ok || allow.includes(answer.status)) return answer;
  const code = await answer.json().then((found) => found.code, () => null);
  throw problem(answer.status, code);
}

function problem(status, code) {
  if (code === "stale_choice") return new Problem("stale", { status });
  if (status === 409) return new Problem("busy", { status, again: true }); // the first try is still running
  if (status === 429) return new Problem("busy", { status });
  if (status === 401 || status === 403 || status === 404) return new Problem("gone", { status });
  if (status >= 500) return new Problem("server", { status, again: status > 501 });
  return new Problem("refused", { status });
}
