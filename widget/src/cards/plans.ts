import { type TemplateResult, html, nothing } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { titles } from "../i18n/titles";
import { type Format, isSome } from "../i18n/format";
import { bar, folded, planName, rows } from "./parts";
import type { PlanOption, PlansCard } from "./types";
import { volumes } from "./volumes";

/** What the same use would have cost on each plan: a bar each, cheapest first, its figure beside it; and of more or less use. */
export function plans({ period, options, saving, lines: labelled, points, crossings }: PlansCard, f: Format): TemplateResult {
  const most = Math.max(...options.map((option) => Number(option.total.amount)), Number.MIN_VALUE);
  const heads = [labels.plan, labels.price, labels.overage, labels.total].map((label) => f.t(label));
  const lines = options.map((option) => [planName(option, f), ...[option.price, option.overage, option.total].map((sum) => f.money(sum))]);
  return html`
    ${rows(f, [
      [labels.period, f.period(period)],
      [labels.saving, isSome(saving) && f.money(saving)],
    ])}
    <ul class="items">${options.map((option) => row(option, Number(option.total.amount) / most, f))}</ul>
    ${folded(f, f.t(titles.plans), heads, lines)}
    ${labelled && points && crossings ? volumes({ lines: labelled, points, crossings }, f) : nothing}
  `;
}

function row(option: PlanOption, share: number, f: Format): TemplateResult {
  const marks = [option.best && hints.best, option.present && hints.present].filter((mark) => mark !== false).map((mark) => f.t(mark));
  const label = planName(option, f);
  return html`<li>
    <span class="name">${label} ${marks.map((mark) => html`<span class="tag">${mark}</span> `)}</span>
    <span class="figure">${f.money(option.total)}</span>
    ${bar(share, `${label}: ${f.money(option.total)}`)}
  </li>`;
}
