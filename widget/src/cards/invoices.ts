import { type TemplateResult, html } from "lit-html";
import * as labels from "../i18n/labels";
import { type Format, isSome } from "../i18n/format";
import { downloadOf } from "./download";
import type { Fetch, Invoice, InvoicesCard } from "./types";

/** Invoices, newest first, each with its PDF. */
export function invoices(card: InvoicesCard, f: Format, fetch: Fetch): TemplateResult {
  return html`<ul class="items">${card.invoices.map((invoice) => row(invoice, f, fetch))}</ul>`;
}

function row(invoice: Invoice, f: Format, fetch: Fetch): TemplateResult {
  const { number, due } = invoice;
  const open = isSome(due) ? ` · ${f.t(labels.due)} ${f.money(due)} · ${f.t(labels.due_on)} ${f.day(invoice.due_on)}` : "";
  const path = `${invoice.pdf}?language=${f.language}`;
  return html`<li>
    <span class="name">${number} <span class="tag">${f.term(invoice.status)}</span></span>
    <span class="figure">${f.money(invoice.total)}</span>
    <span class="note">${f.day(invoice.issued_on)} · ${f.period(invoice.period)}${open}</span>
    ${downloadOf({ label: "PDF", called: `PDF ${number}`, path, name: `${number}.pdf`, f, fetch })}
  </li>`;
}
