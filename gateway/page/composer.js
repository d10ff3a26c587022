// The field to write in.
import { byId } from "./dom.js";

const form = byId("composer");
const field = byId("text");

/** Calls `onText` with what was written; it returns false when nothing can be sent now. */
export function start(onText) {
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    // Enter ends a Japanese or Korean composition; 229 is how Safari says the same.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text && onText(text) !== false) field.value = "";
    grow();
    field.focus();
  });
}

export function setBusy(busy) {
  byId("send").setAttribute("aria-disabled", String(busy));
}

function grow() {
  field.rows = Math.min(field.value.split("\n").length, 6);
}
