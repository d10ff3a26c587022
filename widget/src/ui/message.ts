// One message, the customer's or the assistant's.
import { type TemplateResult, html, nothing } from "lit-html";
import type { Answer, Button, Link } from "../api/messages";
import { type Kind } from "../api/problem";
import * as panel from "../i18n/panel";
import { failures, harmless } from "../i18n/states";
import type { Queued } from "../talk/memory";
import { isFinal } from "../talk/persistence";
import { isSafe, link, linked } from "./links";
import type { View } from "./view";

export function own(view: View, text: string, state: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<article class="message own"><span class="unseen">${view.t(panel.you)}</span><p class="text" dir="auto">${text}</p></article>${state}`;
}

/** A message on its way, and what became of it where it did not arrive. */
export function queued(view: View, message: Queued, first: boolean): TemplateResult {
  if (message.failed) return own(view, message.text, notSent(view, message, message.failed));
  const waits = !first || !navigator.onLine;
  return own(view, message.text, waits ? html`<p class="state">${view.t(panel.waiting)}</p>` : nothing);
}

function notSent(view: View, message: Queued, failed: Kind): TemplateResult {
  const { conversation, t } = view;
  const button = (label: string, press: () => void) => html`<button type="button" class="small" @click=${press}>${label}</button>`;
  return html`<div class="state problem" role="alert">
    <span>${t(panel.notSent)} ${t(failures[failed])} ${isFinal(failed) ? nothing : t(harmless)}</span>
    ${failed === "gone"
      ? button(t(panel.anew), view.startAnew)
      : html`${isFinal(failed) ? nothing : button(t(panel.again), () => conversation.outbox.retry())}${button(t(panel.discard), () => conversation.outbox.discard(message.key))}`}
  </div>`;
}

export function answer(view: View, message: Answer): TemplateResult {
  const newest = view.newest?.answer_id === message.answer_id;
  const cards = message.card && view.cards();
  const drawn = cards?.card(message.card!, newest, view.reader(message.language));
  const links = message.links.filter(({ url }) => isSafe(url, view.base));
  const text = drawn && cards?.standsForText(message.card!) ? message.text.split("\n")[0]! : message.text;
  return html`<article class="message" lang=${message.language}>
    ${message.name ? html`<b class="note">${message.name}</b>` : html`<span class="unseen" lang=${view.language}>${view.t(panel.assistant)}</span>`}
    <p class="text">${linked(view, text, links.map(({ url }) => url))}</p>
    ${drawn ?? nothing}${linkList(view, links)}${buttons(view, message.buttons, newest && !view.conversation.outbox.queue.length)}
  </article>
  ${newest && view.newest?.id === message.id && !message.buttons.length && !message.handoff ? rating(view, message) : nothing}`;
}

function linkList(view: View, links: readonly Link[]): TemplateResult | typeof nothing {
  return links.length ? html`<p class="links">${links.map(({ url, title }) => link(view, url, title))}</p>` : nothing;
}

function buttons(view: View, list: readonly Button[], enabled: boolean): TemplateResult | typeof nothing {
  if (!list.length) return nothing;
  return html`<div class="buttons" role="group" aria-label=${view.t(panel.replies)}>
    ${list.map(({ title, choice }) => html`<button type="button" ?disabled=${!enabled} @click=${() => view.say(title, choice)}>${title}</button>`)}
  </div>`;
}

function rating(view: View, { answer_id }: Answer): TemplateResult {
  const { conversation, t } = view;
  return html`<billing-assistant-rating .data=${{ answer: answer_id, helpful: conversation.ratings[answer_id], conversation, t }}></billing-assistant-rating>`;
}
