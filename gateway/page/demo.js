// The demo page: a site that embeds the assistant. Its two controls are what such a site would do by itself: say who is
// signed in, and in which language it speaks.
import { LANGUAGES, SENTENCES } from "./messages.js";

const VISITOR = "visitor";
const ACCOUNTS = [VISITOR, "acme", "sakura", "hangang", "pending", "expired", "paused", "empty"];
const byId = (id) => document.getElementById(id);

let language = remembered(localStorage, "language", Object.keys(LANGUAGES)) ?? browsers();
let account = remembered(sessionStorage, "account", ACCOUNTS) ?? "acme";

function remembered(storage, key, known) {
  const kept = storage.getItem(key);
  return known.includes(kept) ? kept : null;
}

function browsers() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => code in LANGUAGES) ?? "en";
}

const t = (key) => SENTENCES[key][Object.keys(LANGUAGES).indexOf(language)];

/** A token of the chosen account; null for a visitor, and where the server gives none out (production). */
async function token() {
  if (account === VISITOR) return null;
  const answer = await fetch("/demo/token", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ account }),
  });
  if (answer.status === 404) return withoutAccounts();
  if (!answer.ok) throw new Error(String(answer.status));
  byId("account-field").hidden = false;
  return (await answer.json()).token;
}

function withoutAccounts() {
  account = VISITOR;
  draw();
  return null;
}

function draw() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  byId("account").replaceChildren(...ACCOUNTS.map((id) => new Option(t(`account_${id}`), id)));
  byId("account").value = account;
  byId("language").value = language;
  byId("about").textContent = t(account === VISITOR ? "about_visitor" : "about_customer");
  byId("questions").replaceChildren(...t(account === VISITOR ? "ask_visitor" : "ask_customer").map(question));
}

function question(text) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  button.addEventListener("click", () => window.BillingAssistant.send(text));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function become(chosen) {
  account = chosen;
  sessionStorage.setItem("account", account);
  draw();
  if (account === VISITOR) window.BillingAssistant.signOut();
  else window.BillingAssistant.identify(token);
}

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", language);
  draw();
  window.BillingAssistant.setLanguage(language);
}

window.BillingAssistantOptions = { getToken: token };
addEventListener("billing-assistant-ready", () => window.BillingAssistant.setLanguage(language), { once: true });
byId("language").append(...Object.entries(LANGUAGES).map(([code, name]) => Object.assign(new Option(name, code), { lang: code })));
byId("language").addEventListener("change", ({ target }) => speak(target.value));
byId("account").addEventListener("change", ({ target }) => become(target.value));
byId("line").textContent = `<script src="${location.origin}/widget.js" defer></script>`;
byId("account-field").hidden = account === VISITOR ? false : byId("account-field").hidden;
draw();
