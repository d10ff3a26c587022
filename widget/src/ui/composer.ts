// The field to write in.
import { type TemplateResult, html } from "lit-html";
import * as panel from "../i18n/panel";
import { arrow } from "./icons";
import type { View } from "./view";

const LONGEST = 2000; // characters that the gateway takes
const TALLEST = 6; // lines

export function composer(view: View): TemplateResult {
  const { t } = view;
  return html`<form class="composer" @submit=${(event: SubmitEvent) => submit(event, view)}>
    <label for="text" class="unseen">${t(panel.write)}</label>
    <textarea id="text" rows="1" maxlength=${LONGEST} autocomplete="off" enterkeyhint="send" aria-describedby="hint" dir="auto"
      placeholder=${t(panel.placeholder)} @input=${grow} @keydown=${enter}></textarea>
    <button type="submit" class="send" aria-label=${t(panel.send)} title=${t(panel.send)}>${arrow}</button>
    <p id="hint" class="note">${t(panel.hint)}</p>
  </form>`;
}

function submit(event: SubmitEvent, view: View): void {
  event.preventDefault();
  const field = (event.currentTarget as HTMLFormElement).querySelector("textarea")!;
  const text = field.value.trim();
  if (text) view.say(text);
  field.value = "";
  field.rows = 1;
  field.focus();
}

// Enter ends a Japanese or Korean composition; 229 is how Safari says the same.
function enter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  (event.currentTarget as HTMLTextAreaElement).form!.requestSubmit();
}

function grow({ currentTarget }: Event): void {
  const field = currentTarget as HTMLTextAreaElement;
  field.rows = Math.min(field.value.split("\n").length, TALLEST);
}
