import type { TemplateResult } from "lit-html";
import * as labels from "../i18n/labels";
import type { Format } from "../i18n/format";
import { rows } from "./parts";
import type { ForecastCard } from "./types";

/** When credit and plan run out; why that cannot be told is in the text. */
export function forecast(card: ForecastCard, f: Format): TemplateResult {
  const { earliest_on: from, latest_on: to, plan } = card;
  return rows(f, [
    [labels.runs_out, card.runs_out_on && f.day(card.runs_out_on)],
    [labels.latest, from && to && f.period({ from, to })],
    [labels.days_left, card.days_left !== null && f.number(card.days_left)],
    [labels.available, f.money(card.available)],
    [f.t(labels.average, { n: card.basis_days }), f.money(card.daily_average)],
    [labels.plan_ends, plan?.runs_out_on && f.day(plan.runs_out_on)],
  ]);
}
