import { type TemplateResult, html, nothing } from "lit-html";
import * as common from "../i18n/common";
import * as panel from "../i18n/panel";
import type { Conversation } from "../talk/conversation";
import { Part } from "./part";
import type { View } from "./view";

interface Rated {
  answer: string;
  helpful: boolean | undefined;
  conversation: Conversation;
  t: View["t"];
}

/** Whether an answer helped; the last word counts. */
export class Rating extends Part<Rated> {
  #states = new Map<string, "saved" | "failed">();

  protected override template(): TemplateResult {
    const { t, answer, helpful } = this.data;
    const state = this.#states.get(answer);
    const button = (yes: boolean) =>
      html`<button type="button" class="small" aria-pressed=${helpful === yes} @click=${() => this.#rate(yes)}>${t(yes ? panel.yes : panel.no)}</button>`;
    return html`<div class="rating" role="group" aria-label=${t(panel.helpful)}>
      <span class="note">${t(panel.helpful)}</span>${button(true)}${button(false)}
      <span class="note" role="status">${state ? t(state === "saved" ? panel.thanks : common.failed) : nothing}</span>
    </div>`;
  }

  async #rate(helpful: boolean): Promise<void> {
    const { answer, conversation } = this.data;
    const saved = await conversation.rate(answer, helpful).then(() => true, () => false);
    this.#states.set(answer, saved ? "saved" : "failed");
    void this.update();
  }
}
