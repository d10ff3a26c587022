import { type TemplateResult, html, nothing } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { type Format, isSome } from "../i18n/format";
import { downloadOf } from "./download";
import { type Row, rows, services } from "./parts";
import type { Fetch, PlanReceipt, ReceiptCard, TopUpReceipt, VoucherReceipt } from "./types";

/** What was done, and the signed receipt of it. */
export function receipt(card: ReceiptCard, f: Format, fetch: Fetch): TemplateResult {
  const list = "action" in card ? change(card, f) : "method" in card ? topUp(card, f) : voucher(card, f);
  return html`${rows(f, list)}${card.file ? signed(card.file, f, fetch) : nothing}`;
}

function signed(path: string, f: Format, fetch: Fetch): TemplateResult {
  const name = `receipt-${path.slice(path.lastIndexOf("/") + 1)}.json`;
  return downloadOf({ label: f.t(hints.signed), path, name, f, fetch });
}

function topUp(done: TopUpReceipt, f: Format): Row[] {
  return [
    [labels.status, f.term(done.status)],
    [labels.amount, f.money(done.amount)],
    [labels.method, f.term(done.method)],
    [labels.pays_owed, isSome(done.pays_owed) && f.money(done.pays_owed)],
    [labels.reference, done.reference],
    [labels.afterwards, f.money(done.balance)],
    [labels.number, done.number ?? done.id],
    [labels.as_of, f.time(done.at)],
  ];
}

function voucher(done: VoucherReceipt, f: Format): Row[] {
  return [
    [labels.amount, f.money(done.amount)],
    [labels.valid_for, services(f, done.services)],
    [labels.expires_on, done.expires_on ? f.day(done.expires_on) : f.t(hints.never)],
    [labels.number, done.id],
    [labels.as_of, f.time(done.credited_at)],
  ];
}

function change(done: PlanReceipt, f: Format): Row[] {
  return [
    [labels.effective_on, f.day(done.effective_on)],
    [labels.credited, isSome(done.credited) && f.money(done.credited)],
    [labels.invoice, done.invoice],
    [labels.number, done.number],
    [labels.as_of, f.time(done.at)],
  ];
}
