// Who is talking: a visitor, or the customer whose token the host page gives.
import type { Headers, Http } from "../api/http";
import { Problem } from "../api/problem";
import type { Memory } from "./memory";
import { type Tokens, whoseIs } from "./token";

export const VISITOR = "visitor";

export class Session {
  who = VISITOR;
  tokens: Tokens | null = null;

  constructor(
    readonly http: Http,
    readonly memory: Memory,
  ) {}

  get signedIn(): boolean {
    return this.tokens !== null;
  }

  become(who: string, tokens: Tokens | null): void {
    this.who = who;
    this.tokens = tokens;
  }

  /** Makes a call as whoever is talking; a refused token is replaced once. */
  async as<T>(call: (headers: Headers) => Promise<T>): Promise<T> {
    const { tokens } = this;
    try {
      return await call(await this.#proof());
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== "signin" || !tokens || tokens !== this.tokens) throw error;
      await tokens.renew();
      return call(await this.#proof());
    }
  }

  async #proof(): Promise<Headers> {
    if (this.tokens) return bearer(await this.#token(this.tokens));
    const { secret } = this.memory.load(VISITOR);
    return secret ? { "X-Visitor-Token": secret } : {};
  }

  // A token of somebody else must not say what this customer wrote: the host page has to tell of the change itself.
  async #token(tokens: Tokens): Promise<string> {
    const token = await tokens.get();
    if (token === null || whoseIs(token) !== this.who) throw new Problem("signin");
    return token;
  }
}

export const bearer = (token: string): Headers => ({ Authorization: `Bearer ${token}` });
