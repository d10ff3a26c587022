import { type TemplateResult, html, nothing } from "lit-html";
import * as common from "../i18n/common";
import * as labels from "../i18n/labels";
import { type Format, isSome } from "../i18n/format";
import { Part } from "../ui/part";
import { download } from "./download";
import type { Fetch, Invoice, InvoicesCard } from "./types";

/** Invoices, newest first, each with its PDF: fetched with the customer's token, so that no address of it works alone. */
export class Invoices extends Part<{ card: InvoicesCard; f: Format; fetch: Fetch }> {
  readonly #states = new Map<string, "fetching" | "failed">();

  protected override template(): TemplateResult {
    return html`<ul class="items">${this.data.card.invoices.map((invoice) => this.#row(invoice))}</ul>`;
  }

  #row(invoice: Invoice): TemplateResult {
    const { f } = this.data;
    const { number, due } = invoice;
    const open = isSome(due) ? ` · ${f.t(labels.due)} ${f.money(due)} · ${f.t(labels.due_on)} ${f.day(invoice.due_on)}` : "";
    const state = this.#states.get(number);
    return html`<li>
      <span class="name">${number} <span class="tag">${f.term(invoice.status)}</span></span>
      <span class="figure">${f.money(invoice.total)}</span>
      <span class="note">${f.day(invoice.issued_on)} · ${f.period(invoice.period)}${open}</span>
      <button type="button" class="small" aria-label=${`PDF ${number}`} aria-disabled=${state === "fetching"} @click=${() => this.#get(invoice)}>PDF</button>
      ${state ? html`<span class="note" role="status">${f.t(state === "failed" ? common.failed : common.loading)}</span>` : nothing}
    </li>`;
  }

  async #get({ number, pdf }: Invoice): Promise<void> {
    if (this.#states.get(number) === "fetching") return;
    this.#states.set(number, "fetching");
    void this.update();
    try {
      const answer = await this.data.fetch(`${pdf}?language=${this.data.f.language}`);
      download(await answer.blob(), `${number}.pdf`);
      this.#states.delete(number);
    } catch {
      this.#states.set(number, "failed");
    }
    void this.update();
  }
}
