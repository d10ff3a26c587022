import { type TemplateResult, html } from "lit-html";
import * as labels from "../i18n/labels";
import type { Format } from "../i18n/format";
import { rows } from "./parts";
import { quotas } from "./quotas";
import type { ServicesCard } from "./types";

/** What each service cost and how much of its quota it used. */
export function serviceUsage(card: ServicesCard, f: Format): TemplateResult {
  return html`${rows(f, [
    [labels.period, f.period(card.period)],
    [labels.total, f.money(card.total)],
  ])}${quotas(f, card.services)}`;
}
