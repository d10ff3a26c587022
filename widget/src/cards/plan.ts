import { type TemplateResult, html, nothing } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import type { Format } from "../i18n/format";
import { bar, rows, services } from "./parts";
import { quotas } from "./quotas";
import type { PlanCard } from "./types";

/** The plan in force, or the one offered: what is left of it, and of each service's quota. */
export function plan(card: PlanCard, f: Format): TemplateResult {
  const offered = card.status === "pending_confirmation";
  const of = f.t(hints.of, { used: f.money(card.used), total: f.money(card.amount) });
  return html`
    <p class="lead"><b>${f.name(card.names)}</b> <span class="tag">${f.term(card.status)}</span></p>
    ${offered ? nothing : bar(Number(card.used_percent) / 100, `${f.t(labels.used)}: ${of}`)}
    ${rows(f, [
      [labels.remaining, !offered && f.money(card.remaining)],
      [offered ? labels.amount : labels.used, offered ? f.money(card.amount) : of],
      [labels.price, f.money(card.price)],
      [labels.interval, f.term(card.interval)],
      [labels.period, f.period({ from: card.starts_on, to: card.ends_on })],
      [labels.days_left, f.number(card.days_left)],
      [labels.paused_until, card.paused_until && f.day(card.paused_until)],
      [labels.payment_option, f.term(card.payment_option)],
      [labels.payment_status, f.term(card.payment_status)],
      [labels.due_on, card.due_on && f.day(card.due_on)],
      [labels.begins_once_paid, card.awaits_payment && `${f.money(card.awaits_payment.amount)} · ${card.awaits_payment.invoice}`],
      [labels.valid_until, offered && card.valid_until && f.day(card.valid_until)],
      [labels.covers, services(f, card.services, card.all_services)],
      [labels.cancelled, card.cancelled && f.day(card.ends_on)],
      [labels.next, card.next && `${f.term(card.next.plan)}, ${f.period({ from: card.next.starts_on, to: card.next.ends_on })}`],
    ])}
    ${card.quotas.length && !offered ? quotas(f, card.quotas) : nothing}
  `;
}
