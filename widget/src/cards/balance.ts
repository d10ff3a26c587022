import { type TemplateResult, html } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { type Format, isSome } from "../i18n/format";
import { type Row, rows, services } from "./parts";
import type { BalanceCard } from "./types";

/** What can be spent, bucket by bucket, in the order in which it is spent. */
export function balance(card: BalanceCard, f: Format): TemplateResult {
  return html`
    <p class="lead"><b>${f.money(card.available)}</b></p>
    ${rows(f, [
      [labels.plan, isSome(card.plan) && f.money(card.plan)],
      ...card.vouchers.map((voucher) => bucket(voucher, f)),
      [`${f.t(labels.top_up)} (${f.t(hints.never)})`, f.money(card.top_up)],
      [labels.owed, isSome(card.owed) && f.money(card.owed)],
      [labels.pending, isSome(card.pending_top_ups) && f.money(card.pending_top_ups)],
      [labels.as_of, f.time(card.as_of)],
    ])}
  `;
}

function bucket(voucher: BalanceCard["vouchers"][number], f: Format): Row {
  const until = voucher.expires_on ? f.t(hints.expires, { day: f.day(voucher.expires_on) }) : f.t(hints.never);
  const scope = voucher.services.length ? `; ${services(f, voucher.services)}` : "";
  return [`${f.t(labels.voucher)} (${until}${scope})`, f.money(voucher.remaining)];
}
