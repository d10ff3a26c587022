// The customer's bearer token, from the host page's callback.
import type { GetToken } from "../host/types";

const EARLY = 60_000; // milliseconds before its end at which a token is replaced

interface Claims {
  account?: string;
  sub?: string;
  exp?: number;
}

/** What a JWT says of itself. Nothing is verified here: the gateway does that. */
export function claimsOf(token: string): Claims {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

/** A name for whose token it is: what is kept in the browser is kept apart by it. */
export function whoseIs(token: string): string {
  const { account, sub } = claimsOf(token);
  return JSON.stringify([account, sub]);
}

export class Tokens {
  #token: string | null = null;
  #asking: Promise<string | null> | null = null;

  constructor(
    readonly source: GetToken,
    readonly now: () => number = Date.now,
  ) {}

  /** A token that is good for another minute, or null when nobody is signed in. */
  async get(): Promise<string | null> {
    const end = this.#token === null ? 0 : 1000 * (claimsOf(this.#token).exp ?? Infinity);
    return end - this.now() > EARLY ? this.#token : this.renew();
  }

  /** Another token, asked for once however many need it. */
  async renew(): Promise<string | null> {
    this.#asking ??= Promise.resolve(this.source()).finally(() => (this.#asking = null));
    return (this.#token = await this.#asking);
  }
}
