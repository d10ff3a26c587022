// The list of messages.
import { renderCard } from "./cards.js";
import { byId, el } from "./dom.js";
import { t } from "./i18n.js";
import { isSafe, link, linked } from "./links.js";

const log = byId("log");
const scroller = byId("scroller");

export function clear() {
  log.replaceChildren();
}

/** Draws a whole history without reading all of it out. */
export function redraw(messages, onChoice) {
  log.setAttribute("aria-live", "off");
  clear();
  for (const message of messages) {
    message.role === "user" ? addOwn(message.text ?? "", message.language) : addReply(message, onChoice);
  }
  setTimeout(() => log.setAttribute("aria-live", "polite"));
}

/** The customer's message; buttons of earlier replies end with it. */
export function addOwn(text, language) {
  disableButtons();
  append(el("article", { class: "message own", lang: language }, who("you"), el("p", { class: "text" }, text)));
}

/** One message of a reply; a repeat of one that is shown already changes nothing. */
export function addReply(message, onChoice) {
  if ([...log.children].some((node) => node.dataset.id === message.id)) return;
  const links = (message.links ?? []).filter(({ url }) => isSafe(url));
  const card = message.card && renderCard(message.card, message.language);
  append(el("article", { class: "message", lang: message.language, "data-id": message.id },
    who("assistant"),
    el("p", { class: "text" }, linked(card ? message.text.split("\n")[0] : message.text, links.map(({ url }) => url))),
    card,
    links.length ? el("p", { class: "links" }, links.map(({ url, title }) => link(url, title ?? url))) : null,
    message.buttons?.length ? buttons(message.buttons, onChoice) : null));
}

function who(key) {
  return el("span", { class: "unseen", "data-t": key }, t(key));
}

function buttons(list, onChoice) {
  return el("div", { class: "buttons" }, list.map(({ title, choice }) => {
    const button = el("button", { type: "button" }, title);
    button.addEventListener("click", () => onChoice({ choice, title }));
    return button;
  }));
}

function disableButtons() {
  for (const button of log.querySelectorAll(".buttons button")) button.disabled = true;
}

function append(node) {
  log.append(node);
  toEnd();
}

export function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
}
