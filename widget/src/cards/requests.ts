import { type TemplateResult, html, nothing } from "lit-html";
import * as labels from "../i18n/labels";
import type { Format } from "../i18n/format";
import type { RequestsCard } from "./types";

/** Requests to people, and where they stand. */
export function requests(card: RequestsCard, f: Format): TemplateResult {
  return html`<ul class="items">${card.requests.map(
    (each) => html`<li>
      <span class="name">${each.id} · ${f.term(each.kind, "request_")}</span>
      <span class="tag">${f.term(each.state, "state_")}</span>
      <span class="note">${f.dayOf(each.created_at)} · ${each.message}</span>
      ${each.answer ? html`<span class="note"><b>${f.t(labels.answer)}:</b> ${each.answer}</span>` : nothing}
    </li>`,
  )}</ul>`;
}
