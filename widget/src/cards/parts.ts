// What cards are put together from.
import { type TemplateResult, html, nothing } from "lit-html";
import type { Sentence } from "../i18n/language";
import type { Format } from "../i18n/format";
import * as hints from "../i18n/hints";
import type { PlanLabel } from "./types";

export type Part = TemplateResult | typeof nothing;

/** A label and its value; a value that is empty leaves the line out. */
export type Row = readonly [label: Sentence | string, value: string | null | undefined | false];

export function rows(f: Format, list: readonly Row[]): TemplateResult {
  const line = ([label, value]: Row) =>
    value ? html`<div><dt>${typeof label === "string" ? label : f.t(label)}</dt><dd>${value}</dd></div>` : nothing;
  return html`<dl>${list.map(line)}</dl>`;
}

/** A table whose first column names the row; it scrolls sideways by itself on a narrow screen. */
export function table(label: string, heads: readonly string[], lines: readonly (readonly string[])[]): TemplateResult {
  return html`<div class="wide" tabindex="0" role="group" aria-label=${label}>
    <table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${lines.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
    </table>
  </div>`;
}

/** The same, folded away for whoever looks at the picture above it. */
export function folded(f: Format, label: string, heads: readonly string[], lines: readonly (readonly string[])[]): TemplateResult {
  return html`<details><summary>${f.t(hints.table)}</summary>${table(label, heads, lines)}</details>`;
}

/** A share as a bar; only its length is made of numbers, never a figure that is read. */
export function bar(share: number, label: string): TemplateResult {
  return html`<progress max="1" value=${Math.min(Math.max(share, 0), 1)} aria-label=${label} title=${label}></progress>`;
}

/** Names of services; none named: all of them. */
export function services(f: Format, ids: readonly string[], all = ids.length === 0): string {
  return all ? f.t(hints.all_services) : ids.map((id) => f.service(id)).join(" · ");
}

/** A plan and how it is billed; doing without one. */
export function planName({ plan, names, interval }: Omit<PlanLabel, "present">, f: Format): string {
  return plan && interval ? `${f.name(names)} (${f.term(interval)})` : f.t(hints.pay_as_you_go);
}
