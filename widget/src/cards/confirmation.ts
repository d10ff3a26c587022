import { type TemplateResult, html } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { type Format, isSome } from "../i18n/format";
import { type Row, rows, services } from "./parts";
import type { ConfirmationCard, PlanActionTerms, PlanTerms, TopUpTerms, VoucherTerms } from "./types";

/** The exact terms of what is asked; they hold only while no newer message stands below. */
export function confirmation(card: ConfirmationCard, f: Format, newest: boolean): TemplateResult {
  const list = "action" in card ? change(card, f) : "method" in card ? topUp(card, f) : voucher(card, f);
  return html`${rows(f, list)}<p class="note">${f.t(newest ? hints.holds : hints.over)}</p>`;
}

function topUp(terms: TopUpTerms, f: Format): Row[] {
  return [
    [labels.amount, f.money(terms.amount)],
    [labels.method, f.term(terms.method)],
    [labels.pays_owed, isSome(terms.pays_owed) && f.money(terms.pays_owed)],
  ];
}

function voucher(terms: VoucherTerms, f: Format): Row[] {
  return [
    [labels.amount, f.money(terms.amount)],
    [labels.valid_for, services(f, terms.services)],
    [labels.expires_on, terms.expires_on ? f.day(terms.expires_on) : f.t(hints.never)],
  ];
}

function change(terms: PlanActionTerms, f: Format): Row[] {
  const { begins, names, interval } = terms;
  const subject = begins ?? { names, interval };
  return [
    [labels.plan, `${f.name(subject.names)} (${f.term(subject.interval)})`],
    [labels.effective_on, f.day(terms.effective_on)],
    ...(begins ? period(begins, f) : []),
    [labels.credited, isSome(terms.credited) && f.money(terms.credited)],
    [labels.lost, isSome(terms.lost) && f.money(terms.lost)],
    [labels.kept, isSome(terms.kept) && f.money(terms.kept)],
    [labels.pause_days, terms.pause_days_left !== null && f.number(terms.pause_days_left)],
    [labels.resumes_by, terms.resumes_by && f.day(terms.resumes_by)],
    [labels.ends_on, terms.ends_on && f.day(terms.ends_on)],
    [labels.begins_once_paid, begins?.begins_once_paid && isSome(begins.due_now) && f.money(begins.due_now)],
    [labels.valid_until, terms.valid_until && f.day(terms.valid_until)],
  ];
}

function period(begins: PlanTerms, f: Format): Row[] {
  return [
    [labels.price, f.money(begins.price)],
    [labels.amount, f.money(begins.amount)],
    [labels.period, f.period({ from: begins.starts_on, to: begins.ends_on })],
    [labels.covers, services(f, begins.services, begins.all_services)],
    [labels.payment_option, f.term(begins.payment_option)],
    [labels.deposit, isSome(begins.deposit) && f.money(begins.deposit)],
    [labels.due_now, isSome(begins.due_now) && f.money(begins.due_now)],
    [labels.due_later, isSome(begins.due_later) && f.money(begins.due_later)],
    [labels.due_on, (isSome(begins.due_later) || !isSome(begins.due_now)) && begins.due_on && f.day(begins.due_on)],
  ];
}
