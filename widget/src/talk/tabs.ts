// The other tabs of this browser that show the same conversation.
import type { Said } from "../api/messages";

/** What a tab tells the others: whose conversation changed, and what was said in it. `moved`: it is kept elsewhere now. */
export interface News {
  who: string;
  said?: Said[];
  rated?: Record<string, boolean>;
  moved?: boolean;
}

export class Tabs {
  readonly #channel: BroadcastChannel;

  constructor(
    readonly name: string,
    onNews: (news: News) => void,
  ) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => onNews(data);
  }

  tell(news: News): void {
    this.#channel.postMessage(news);
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Runs `work` while no other tab runs its own for `who`. Without locks (pages on plain HTTP) tabs may overlap: their
   * repeats then share one key, and the gateway answers them once.
   */
  async alone(who: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (!navigator.locks) return work();
    await navigator.locks.request(`${this.name}:${who}`, { signal }, work).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }
}
