// What this browser remembers of each customer, for a reload and for its other tabs: the conversation, and the
// messages that are not answered yet.
import type { Kind } from "../api/problem";

/** A message to be sent. `key` makes a repeat harmless; `answer` is known once its reply has begun to come. */
export interface Queued {
  key: string;
  text: string;
  choice?: string;
  failed?: Kind;
  answer?: string;
}

/** `secret` is a visitor's. `usedAt`: milliseconds of the last message. */
export interface Kept {
  id?: string;
  secret?: string;
  usedAt?: number;
  queue: Queued[];
}

export class Memory {
  readonly #instead = new Map<string, string>(); // where the browser refuses storage

  constructor(readonly prefix: string) {}

  load(who: string): Kept {
    try {
      return { queue: [], ...JSON.parse(this.#read(this.prefix + who) ?? "{}") };
    } catch {
      return { queue: [] }; // not what was written here
    }
  }

  /** Changes what is kept, as it stands now: another tab may have changed it a moment ago. */
  update(who: string, change: (kept: Kept) => void): Kept {
    const kept = this.load(who);
    change(kept);
    this.#write(this.prefix + who, JSON.stringify(kept));
    return kept;
  }

  forget(who: string): void {
    this.#instead.delete(this.prefix + who);
    try {
      localStorage.removeItem(this.prefix + who);
    } catch {
      // Nothing was kept there.
    }
  }

  #read(key: string): string | null {
    try {
      return localStorage.getItem(key) ?? this.#instead.get(key) ?? null;
    } catch {
      return this.#instead.get(key) ?? null;
    }
  }

  #write(key: string, text: string): void {
    try {
      localStorage.setItem(key, text);
    } catch {
      this.#instead.set(key, text); // a reload then starts anew
    }
  }
}

/** A new idempotency key (`crypto.randomUUID` is missing on plain-HTTP addresses other than localhost). */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
