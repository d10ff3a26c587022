// The file of cards. Most visits show none: it is fetched when a customer opens the panel, or when a card has come.
// Until it is there, and where it cannot be had, messages are shown by their text, which is always enough.
import { html, nothing, render, svg } from "lit-html";

/** What the file gives. */
export type Cards = typeof import("../cards/index");

/** Its name, with the hash of what is in it: a page never gets cards of another release than its script. */
declare const CARDS: string;

const PAUSE = 30_000; // milliseconds until it is asked for again after it could not be had

export class CardFile {
  /** The cards, once they are there. */
  cards: Cards | null = null;
  #tries = 0;
  #next = 0;

  /** `script`: the address of the widget's own, beside which it lies. */
  constructor(
    readonly script: string,
    readonly loaded: (cards: Cards) => void,
  ) {}

  /** The cards, if they are there; if not, they are asked for. */
  want(): Cards | null {
    if (!this.cards && Date.now() >= this.#next) void this.#fetch();
    return this.cards;
  }

  async #fetch(): Promise<void> {
    this.#next = Infinity;
    // Browsers remember by its address that a module could not be fetched.
    const address = new URL(CARDS + (this.#tries++ ? `&try=${this.#tries}` : ""), this.script).href;
    try {
      const cards: Cards = (await import(address)).default({ html, nothing, render, svg });
      cards.define();
      this.cards = cards;
      this.loaded(cards);
    } catch {
      this.#next = Date.now() + PAUSE;
    }
  }
}
