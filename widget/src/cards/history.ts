import { type TemplateResult, html, nothing } from "lit-html";
import * as hints from "../i18n/hints";
import * as common from "../i18n/common";
import type { Format } from "../i18n/format";
import { Part } from "../ui/part";
import type { CreditEntry, CreditHistoryCard, Fetch } from "./types";

const PAGE = 10;

/** The credit history, newest first, a page at a time. */
export class CreditHistory extends Part<{ card: CreditHistoryCard; f: Format; fetch: Fetch }> {
  #more: CreditHistoryCard | null = null;
  #state: "fetching" | "failed" | null = null;

  protected override template(): TemplateResult {
    const { entries, next_cursor: next } = this.#whole;
    const { f } = this.data;
    return html`
      <ul class="items">${entries.map((entry) => this.#row(entry))}</ul>
      ${next ? html`<button type="button" class="small" aria-disabled=${this.#state === "fetching"} @click=${() => this.#page(next)}>${f.t(hints.more)}</button>` : nothing}
      <span class="note" role="status">${this.#said(next)}</span>
    `;
  }

  get #whole(): CreditHistoryCard {
    return this.#more ?? this.data.card;
  }

  #said(next: string | null): string {
    const { f } = this.data;
    if (this.#state) return f.t(this.#state === "failed" ? common.failed : common.loading);
    return this.#more && !next ? f.t(hints.no_more) : "";
  }

  #row({ at, kind, service, bucket, amount }: CreditEntry): TemplateResult {
    const { f } = this.data;
    const what = [f.term(kind, "kind_"), service && f.service(service)].filter(Boolean).join(" · ");
    return html`<li>
      <span class="name">${what}</span><span class="figure">${f.money(amount)}</span>
      <span class="note">${f.dayOf(at)} · ${f.term(bucket, "bucket_")}</span>
    </li>`;
  }

  async #page(cursor: string): Promise<void> {
    if (this.#state === "fetching") return;
    this.#state = "fetching";
    void this.update();
    try {
      const answer = await this.data.fetch(`/v1/account/credit-history?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
      const page: CreditHistoryCard = await answer.json();
      this.#more = { ...page, entries: [...this.#whole.entries, ...page.entries] };
      this.#state = null;
    } catch {
      this.#state = "failed";
    }
    void this.update();
  }
}
