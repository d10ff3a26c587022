// Cards: the same figures as the message's text, laid out. A kind that is not known here shows nothing, and the text
// stays whole. They are a file of their own, dist/widget.cards.js: src/ui/cards.ts fetches it.
// Sentences first, side by side: so they are packed best.
import "../i18n/labels";
import "../i18n/hints";
import "../i18n/titles";
import "../i18n/terms";
import { type TemplateResult, html } from "lit-html";
import { titles } from "../i18n/titles";
import { Format } from "../i18n/format";
import { spoken } from "../i18n/language";
import { balance } from "./balance";
import { confirmation } from "./confirmation";
import { Download } from "./download";
import { Explanation } from "./explanation";
import { forecast } from "./forecast";
import { CreditHistory } from "./history";
import { invoices } from "./invoices";
import { plan } from "./plan";
import { plans } from "./plans";
import { receipt } from "./receipt";
import { requests } from "./requests";
import { serviceUsage } from "./services";
import type { Card, Fetch } from "./types";
import { Usage } from "./usage";
import { whatIf } from "./what_if";

export { styles } from "./styles";

/** Who reads a card: in which language, in which zone, and what is fetched as them. */
export interface Reader {
  language: string;
  zone: string | undefined;
  fetch: Fetch;
}

/** Cards with a life of their own are elements; they draw into the panel, whose styles they share. */
export function define(): void {
  customElements.define("billing-assistant-usage", Usage);
  customElements.define("billing-assistant-download", Download);
  customElements.define("billing-assistant-credit-history", CreditHistory);
  customElements.define("billing-assistant-explanation", Explanation);
}

/** The card in the message's language; null for a kind that is not known. `newest`: its message is the last word. */
export function card(card: Card, newest: boolean, { language, zone, fetch }: Reader): TemplateResult | null {
  const f = new Format(spoken(language), zone, card.service_names);
  const content = contentOf(card, f, newest, fetch);
  if (!content) return null;
  const title = f.t(titles[card.kind]);
  return html`<section class="card" data-kind=${card.kind} aria-label=${title}><h3>${title}</h3>${content}</section>`;
}

/** Kinds that stand in place of all but the first line of the text; what is to be confirmed, was done or is supposed is said in full. */
export const standsForText = ({ kind }: Card): boolean => !["confirmation", "receipt", "what_if"].includes(kind);

function contentOf(card: Card, f: Format, newest: boolean, fetch: Fetch): TemplateResult | null {
  switch (card.kind) {
    case "balance": return balance(card, f);
    case "confirmation": return confirmation(card, f, newest);
    case "forecast": return forecast(card, f);
    case "plan": return plan(card, f);
    case "plans": return plans(card, f);
    case "receipt": return receipt(card, f, fetch);
    case "requests": return requests(card, f);
    case "services": return serviceUsage(card, f);
    case "what_if": return whatIf(card, f);
    case "usage": return html`<billing-assistant-usage .data=${{ card, f }}></billing-assistant-usage>`;
    case "invoices": return invoices(card, f, fetch);
    case "credit_history":
      return html`<billing-assistant-credit-history .data=${{ card, f, fetch }}></billing-assistant-credit-history>`;
    case "explanation":
      return html`<billing-assistant-explanation .data=${{ card, f, fetch }}></billing-assistant-explanation>`;
    default: return null;
  }
}
