// The launcher and the panel that it opens.
import { type TemplateResult, html, nothing } from "lit-html";
import * as words from "../i18n/panel";
import { composer } from "./composer";
import { anew, chat, cross } from "./icons";
import { log } from "./log";
import type { View } from "./view";

export function launcher(view: View): TemplateResult {
  const { open, unread, t } = view;
  return html`<button type="button" class="launcher" aria-label=${t(open ? words.close : words.open)} aria-expanded=${open}
    aria-haspopup="dialog" @click=${() => view.toggle(!open)}>
    ${open ? cross : chat}${unread && !open ? html`<span class="badge">${t(words.unread, { n: unread })}</span>` : nothing}
  </button>`;
}

export function panel(view: View): TemplateResult {
  const { t } = view;
  const button = (label: string, icon: TemplateResult, press: () => void) =>
    html`<button type="button" class="quiet" aria-label=${label} title=${label} @click=${press}>${icon}</button>`;
  return html`<div class="panel" role="dialog" aria-labelledby="title" aria-modal=${view.modal || nothing}>
    <div class="head">
      <h2 id="title">${view.title || t(words.title)}</h2>
      ${button(t(words.anew), anew as TemplateResult, view.startAnew)}${button(t(words.close), cross as TemplateResult, () => view.toggle(false))}
    </div>
    ${log(view)}${composer(view)}
  </div>`;
}
