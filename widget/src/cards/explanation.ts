import { type TemplateResult, html, nothing } from "lit-html";
import * as common from "../i18n/common";
import * as hints from "../i18n/hints";
import type { Format } from "../i18n/format";
import type { Sentence } from "../i18n/language";
import { Part } from "../ui/part";
import type { Part as Piece } from "./parts";
import type { ExplainedFigure, ExplanationCard, Fetch, Replay, Trace, TracedEntry, TracedSource, TracedUse } from "./types";

const COUNTED: Record<string, Sentence> = { entries: hints.entries, events: hints.uses, lines: hints.lines };

/** How figures are made up, unfolding: figure, buckets, entries, uses. What lies below the figures is fetched once. */
export class Explanation extends Part<{ card: ExplanationCard; f: Format; fetch: Fetch }> {
  #trace: Trace | null = null;
  #replay: Replay | null = null;
  #fetching = new Set<"trace" | "replay">();
  #failed = false;

  protected override template(): TemplateResult {
    const { card, f } = this.data;
    if (card.step > 1 && !this.#failed) this.#traced();
    return html`
      <ul class="tree">${card.figures.map((figure) => html`<li>${figure.deeper ? this.#figure(figure) : figure.words}</li>`)}</ul>
      <details @toggle=${this.#replayed}>
        <summary>${f.t(hints.today)}</summary>
        ${(this.#replay?.messages ?? []).map(({ today, identical }) => html`
          <p class="said">${today.text}</p>
          <p class="note">${f.t(identical ? hints.said_again : hints.said_otherwise)}</p>`)}
      </details>
      <span class="note" role="status">${this.#failed ? f.t(common.failed) : this.#fetching.size ? f.t(common.loading) : ""}</span>
    `;
  }

  #figure(figure: ExplainedFigure): TemplateResult {
    const found = this.#trace?.messages.flatMap(({ figures }) => figures) ?? [];
    const sources = found.find(({ formula, of }) => formula === figure.formula && of === figure.of)?.sources ?? [];
    return html`<details ?open=${this.data.card.step > 1} @toggle=${this.#opened}>
      <summary>${figure.words}</summary>
      ${sources.filter(({ kind, count }) => COUNTED[kind] && count).map((source) => this.#source(source))}
    </details>`;
  }

  #source(source: TracedSource): TemplateResult {
    const { f, card } = this.data;
    const { kind, ref, count, sum, entries, events, lines } = source;
    const listed = [...entries, ...events, ...lines].length;
    const more = count > listed ? ` (${f.t(hints.newest, { n: f.number(listed) })})` : "";
    const total = sum ? `, ${f.money(sum)}` : "";
    return html`<details ?open=${card.step > 1}>
      <summary>${this.#what(kind, ref)} · ${f.t(COUNTED[kind]!, { n: f.number(count) })}${total}${more}</summary>
      <ul class="items">
        ${entries.map((entry) => this.#entry(entry))}${events.map((use) => this.#use(use))}
        ${lines.map((line) => this.#row(line.service ? f.service(line.service) : f.term(line.text_key, "line_"), f.money(line.amount)))}
      </ul>
    </details>`;
  }

  /** The bucket, the invoice, or the service whose use it is. */
  #what(kind: string, ref: string): string {
    const { f, card } = this.data;
    const [first = "", second] = ref.split("/");
    if (kind === "lines") return ref;
    if (kind === "entries") return f.term(first, "bucket_") + (first === "voucher" ? ` V-${second!.padStart(6, "0")}` : "");
    return second && card.service_names?.[second] ? f.service(second) : f.t(hints.all_services);
  }

  #entry({ at, kind, service, amount, uses }: TracedEntry): TemplateResult {
    const { f, card } = this.data;
    const behind = uses?.count
      ? html`<details class="note" ?open=${card.step > 2}>
          <summary>${f.t(hints.uses, { n: f.number(uses.count) })}</summary>
          <ul class="items">${uses.events.map((use) => this.#use(use))}</ul>
        </details>`
      : nothing;
    return this.#row(service ? f.service(service) : f.term(kind, "kind_"), f.money(amount), f.dayOf(at), behind);
  }

  #use({ at, service, quantity, amount }: TracedUse): TemplateResult {
    const { f } = this.data;
    return this.#row(`${f.service(service)} × ${f.number(quantity)}`, f.money(amount), f.time(at));
  }

  #row(what: string, figure: string, note: Piece | string = nothing, below: Piece = nothing): TemplateResult {
    return html`<li><span class="name">${what}</span><span class="figure">${figure}</span><span class="note">${note}</span>${below}</li>`;
  }

  #opened(event: Event): void {
    if (isOpen(event)) this.#traced();
  }

  #traced(): void {
    if (!this.#trace) void this.#load("trace", (found) => { this.#trace = found as Trace; });
  }

  #replayed(event: Event): void {
    if (isOpen(event) && !this.#replay) void this.#load("replay", (found) => { this.#replay = found as Replay; });
  }

  /** What could not be had is asked for again at the next unfolding. */
  async #load(what: "trace" | "replay", keep: (found: unknown) => void): Promise<void> {
    if (this.#fetching.has(what)) return;
    this.#fetching.add(what);
    this.#failed = false;
    void this.update();
    try {
      const answer = await this.data.fetch(`/v1/account/answers/${encodeURIComponent(this.data.card.answer)}/${what}`);
      keep(await answer.json());
    } catch {
      this.#failed = true;
    }
    this.#fetching.delete(what);
    void this.update();
  }
}

const isOpen = (event: Event) => (event.currentTarget as HTMLDetailsElement).open;
