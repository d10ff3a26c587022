import { type TemplateResult, html, nothing, svg } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { titles } from "../i18n/titles";
import type { Format } from "../i18n/format";
import { Part } from "../ui/part";
import { usageCsv } from "./csv";
import { download } from "./download";
import { bar, folded, rows } from "./parts";
import type { UsageBucket, UsageCard } from "./types";

const HEIGHT = 60;
const STEP = 10;
const KEYS: Record<string, (at: number, last: number) => number> = {
  ArrowLeft: (at) => Math.max(at - 1, 0),
  ArrowRight: (at, last) => Math.min(at + 1, last),
  Home: () => 0,
  End: (_, last) => last,
};

/** Use over a period: bars by day that pointer and arrow keys read, or by service; as a table and as CSV too. */
export class Usage extends Part<{ card: UsageCard; f: Format }> {
  #by: "day" | "service" = "day";
  #at: number | null = null;

  protected override template(): TemplateResult {
    const { card, f } = this.data;
    const both = (sessions: number, spend: string) => (sessions ? `${f.number(sessions)} · ${spend}` : spend);
    return html`
      ${rows(f, [
        [labels.period, f.period(card.period)],
        [labels.sessions, card.sessions ? f.number(card.sessions) : null],
        [labels.spend, f.money(card.spend)],
        [labels.previous, both(card.previous_sessions, f.money(card.previous_spend))],
      ])}
      ${card.series.length ? html`${this.#choice()}${this.#by === "day" ? this.#days() : this.#services()}` : nothing}
      <button type="button" class="small" @click=${this.#csv}>CSV</button>
    `;
  }

  #choice(): TemplateResult {
    const button = (by: "day" | "service") =>
      html`<button type="button" class="small" aria-pressed=${this.#by === by} @click=${() => this.#show(by)}>${this.data.f.t(by === "day" ? hints.by_day : hints.by_service)}</button>`;
    return html`<div class="choice">${button("day")}${button("service")}</div>`;
  }

  // What was spent where there were no sessions: a chart of zeros says nothing.
  #share(step: UsageBucket): number {
    return this.data.card.sessions ? step.sessions : Number(step.spend.amount);
  }

  #days(): TemplateResult {
    const { card, f } = this.data;
    const at = this.#at;
    const { series } = card;
    const [first, last] = [series[0]!, series.at(-1)!];
    const busiest = series.reduce((most, step) => (this.#share(step) > this.#share(most) ? step : most));
    const figure = (step: { sessions: number; spend: UsageCard["spend"] }) => (card.sessions ? f.number(step.sessions) : f.money(step.spend));
    const sentence = f.t(hints.chart, {
      what: f.t(card.sessions ? labels.sessions : labels.spend),
      from: f.day(first.from),
      to: f.day(last.to),
      total: figure(card),
      most: figure(busiest),
    });
    const read = at === null ? "" : `${f.day(series[at]!.from)}: ${this.#line(series[at]!)}`;
    const heads = [labels.day, labels.sessions, labels.spend].map((label) => f.t(label));
    const lines = series.map((step) => [f.day(step.from), f.number(step.sessions), f.money(step.spend)]);
    return html`<figure>
      <div class="chart" tabindex="0" role="group" aria-label=${f.t(hints.chart_keys)}
        @keydown=${this.#key} @pointermove=${this.#point} @pointerdown=${this.#point}>
        <svg role="img" aria-label=${sentence} preserveAspectRatio="none" viewBox="0 0 ${series.length * STEP} ${HEIGHT}">
          ${series.map((step, index) => this.#bar(this.#share(step) / (this.#share(busiest) || 1), index))}
        </svg>
      </div>
      <figcaption><span>${f.day(first.from)}</span><span>${f.day(last.to)}</span></figcaption>
      <output class="note">${read}</output>
      ${folded(f, f.t(titles.usage), heads, lines)}
    </figure>`;
  }

  #line(step: UsageBucket): string {
    const { card, f } = this.data;
    const sessions = card.sessions ? `${f.t(labels.sessions)} ${f.number(step.sessions)}, ` : "";
    return `${sessions}${f.t(labels.spend)} ${f.money(step.spend)}`;
  }

  #bar(share: number, index: number): TemplateResult {
    const height = Math.max(share * HEIGHT, 1);
    return svg`<rect class=${index === this.#at ? "at" : ""} x=${index * STEP + 1} y=${HEIGHT - height} width=${STEP - 2} height=${height}></rect>` as TemplateResult;
  }

  #services(): TemplateResult {
    const { card, f } = this.data;
    const most = Math.max(...card.services.map(({ spend }) => Number(spend.amount)), Number.MIN_VALUE);
    return html`<ul class="items">${card.services.map(({ service, unit, quantity, spend }) => {
      const label = `${f.service(service)}: ${f.money(spend)}`;
      return html`<li>
        <span class="name">${f.service(service)}</span><span class="figure">${f.money(spend)}</span>
        <span class="note">${f.quantity(quantity, unit)}</span>${bar(Number(spend.amount) / most, label)}
      </li>`;
    })}</ul>`;
  }

  #show(by: "day" | "service"): void {
    this.#by = by;
    void this.update();
  }

  #read(at: number): void {
    this.#at = at;
    void this.update();
  }

  #key(event: KeyboardEvent): void {
    const last = this.data.card.series.length - 1;
    const to = KEYS[event.key];
    if (!to) return;
    event.preventDefault();
    this.#read(to(this.#at ?? last + 1, last));
  }

  #point(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const steps = this.data.card.series.length;
    const index = Math.floor(((event.clientX - left) / width) * steps);
    this.#read(Math.min(Math.max(index, 0), steps - 1));
  }

  #csv(): void {
    const { card } = this.data;
    const { from, to } = card.period;
    download(new Blob(["\ufeff", usageCsv(card)], { type: "text/csv" }), `usage-${from}-${to}.csv`);
  }
}
