// What was said, and what stands below it.
import { type TemplateResult, html, nothing } from "lit-html";
import * as common from "../i18n/common";
import * as panel from "../i18n/panel";
import { linking, suggestions } from "../i18n/states";
import { answer, own, queued } from "./message";
import type { View } from "./view";

export function log(view: View): TemplateResult {
  const { conversation, t } = view;
  const { said, loading, unloaded } = conversation;
  const waiting = conversation.outbox.queue.filter((message) => !message.answer);
  return html`
    <div class="scroller" tabindex="0" role="group" aria-label=${t(panel.log)}>
      ${!said.length && !waiting.length && !loading && !unloaded ? welcome(view) : nothing}
      <div class="log" role="log" aria-label=${t(panel.log)} aria-live=${loading ? "off" : "polite"} aria-busy=${loading}>
        ${said.map((message) => (message.role === "user" ? own(view, message.text) : answer(view, message)))}
        ${waiting.map((message, index) => queued(view, message, index === 0))}
      </div>
      ${unloaded ? problem(t(common.failed), t(panel.reload), view.reload) : nothing}
      ${view.link ? channel(view) : nothing}
      ${status(view)}
    </div>`;
}

function welcome(view: View): TemplateResult {
  const { t, signedIn } = view;
  return html`<section class="welcome" aria-label=${t(panel.welcome)}>
    <h3>${t(panel.welcome)}</h3>
    <p>${t(signedIn ? panel.welcomeCustomer : panel.welcomeVisitor)}</p>
    <ul>${suggestions[signedIn ? "customer" : "visitor"].map(
      (sentence) => html`<li><button type="button" @click=${() => view.say(t(sentence))}>${t(sentence)}</button></li>`,
    )}</ul>
  </section>`;
}

function problem(text: string, label: string, press: () => void): TemplateResult {
  return html`<div class="problem" role="alert"><span>${text}</span><button type="button" class="small" @click=${press}>${label}</button></div>`;
}

// Always there, so that what it says is read out when it comes.
function status({ conversation, t }: View): TemplateResult {
  const dots = html`<span class="dots" aria-hidden="true"></span>`;
  const said = !navigator.onLine ? t(panel.offline) : conversation.loading ? html`${dots}${t(common.loading)}` : conversation.person === "taken" ? t(panel.person) : conversation.outbox.busy ? html`${dots}${t(panel.typing)}` : nothing;
  return html`<p class="status" role="status">${said}</p>`;
}

// Names that are the same in every language.
const CHANNELS: Record<string, string> = {
  slack: "Slack",
  teams: "Microsoft Teams",
  telegram: "Telegram",
  messenger: "Messenger",
  twilio: "WhatsApp / SMS",
};

function channel(view: View): TemplateResult {
  const { link, t } = view;
  const { state, channel: id = "", name = "" } = link!;
  const channel = CHANNELS[id] ?? id;
  const button = (label: string, connect: boolean) => html`<button type="button" @click=${() => view.answerLink(connect)}>${label}</button>`;
  return html`<section class="message" role="alert">
    <p class="text">${t(linking[state], { channel, name })}</p>
    <div class="buttons">
      ${state === "asked" || state === "failed" ? button(state === "asked" ? t(linking.connect) : t(panel.reload), true) : nothing}
      ${button(state === "asked" ? t(linking.dismiss) : t(panel.close), false)}
    </div>
  </section>`;
}
