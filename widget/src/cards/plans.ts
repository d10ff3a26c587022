import { type TemplateResult, html } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { titles } from "../i18n/titles";
import { type Format, isSome } from "../i18n/format";
import { bar, folded, rows } from "./parts";
import type { PlanOption, PlansCard } from "./types";

/** What the same use would have cost on each plan: a bar each, cheapest first, its figure beside it. */
export function plans({ period, options, saving }: PlansCard, f: Format): TemplateResult {
  const most = Math.max(...options.map((option) => Number(option.total.amount)), Number.MIN_VALUE);
  const heads = [labels.plan, labels.price, labels.overage, labels.total].map((label) => f.t(label));
  const lines = options.map((option) => [name(option, f), ...[option.price, option.overage, option.total].map((sum) => f.money(sum))]);
  return html`
    ${rows(f, [
      [labels.period, f.period(period)],
      [labels.saving, isSome(saving) && f.money(saving)],
    ])}
    <ul class="items">${options.map((option) => row(option, Number(option.total.amount) / most, f))}</ul>
    ${folded(f, f.t(titles.plans), heads, lines)}
  `;
}

function row(option: PlanOption, share: number, f: Format): TemplateResult {
  const marks = [option.best && hints.best, option.present && hints.present].filter((mark) => mark !== false).map((mark) => f.t(mark));
  const label = name(option, f);
  return html`<li>
    <span class="name">${label} ${marks.map((mark) => html`<span class="tag">${mark}</span> `)}</span>
    <span class="figure">${f.money(option.total)}</span>
    ${bar(share, `${label}: ${f.money(option.total)}`)}
  </li>`;
}

function name({ plan, names, interval }: PlanOption, f: Format): string {
  return plan && interval ? `${f.name(names)} (${f.term(interval)})` : f.t(hints.pay_as_you_go);
}
