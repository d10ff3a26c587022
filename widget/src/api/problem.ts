// Every failure has a kind; the catalogue has a sentence for each.

export type Kind = "lost" | "server" | "busy" | "running" | "refused" | "stale" | "gone" | "signin";

export class Problem extends Error {
  /** `wait`: milliseconds that the server asks to wait before another try. */
  constructor(
    readonly kind: Kind,
    readonly wait = 0,
  ) {
    super(kind);
  }
}

const KINDS: Record<number, Kind> = { 401: "signin", 403: "gone", 404: "gone", 429: "busy" };
const CODES: Record<string, Kind> = { stale_choice: "stale", turn_running: "running" };

export function kindOf(status: number, code?: string): Kind {
  return CODES[code ?? ""] ?? KINDS[status] ?? (status >= 500 ? "server" : "refused");
}

/** The problem that a response of the gateway tells, or a proxy in front of it. */
export async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}));
  return new Problem(kindOf(answer.status, body?.code), 1000 * Number(answer.headers.get("Retry-After") ?? 0) || 0);
}

export const asProblem = (error: unknown): Problem => (error instanceof Problem ? error : new Problem("lost"));
