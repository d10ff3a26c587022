// The page: which account, which language, and the turn in hand.
import { demoToken } from "./api.js";
import * as composer from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId, el } from "./dom.js";
import { LANGUAGES, chooseLanguage, language, t, translatePage } from "./i18n.js";
import * as log from "./log.js";
import { lastAccount, rememberAccount } from "./store.js";

const ACCOUNTS = ["visitor", "acme", "sakura", "hangang", "pending", "expired", "paused", "empty"];
const VISITOR = "visitor";

let talk = new Conversation(VISITOR, null);
let busy = false;
let failure = null; // {kind, retry, label}: what went wrong last, and what may be done about it

function draw() {
  translatePage();
  const accounts = byId("account");
  accounts.replaceChildren(...ACCOUNTS.map((id) => el("option", { value: id }, t(`account_${id}`))));
  accounts.value = talk.account;
  byId("language").value = language();
  drawWelcome();
  drawState();
}

function drawWelcome() {
  const side = talk.token ? "account" : "visitor";
  byId("welcome").hidden = byId("log").childElementCount > 0;
  byId("welcome-text").textContent = t(`welcome_${side}`);
  byId("suggestions").replaceChildren(...t(`ask_${side}`).map((text) => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => say({ text }));
    return el("li", {}, button);
  }));
}

function drawState() {
  composer.setBusy(busy);
  byId("typing").hidden = !busy;
  byId("typing").replaceChildren(...(busy ? [el("span", { class: "dots", "aria-hidden": "true" }), t("typing")] : []));
  const problem = byId("problem");
  problem.hidden = !failure;
  problem.replaceChildren(...(failure ? [el("span", {}, t(`error_${failure.kind}`)), retryButton()].filter(Boolean) : []));
  log.toEnd();
}

function retryButton() {
  if (!failure.retry) return null;
  const button = el("button", { type: "button" }, t(failure.label));
  button.addEventListener("click", failure.retry);
  return button;
}

/** Sends a text or a choice; false when a turn is in hand already. */
function say(message) {
  if (busy) return false;
  const dropped = talk.pending !== null; // given up for this one; the server may have done it all the same
  talk.prepare(message);
  log.addOwn(message.title ?? message.text, null);
  byId("welcome").hidden = true;
  deliver(dropped);
  byId("text").focus();
  return true;
}

async function deliver(redrawAfter = false) {
  if (busy) return;
  const mine = talk;
  [busy, failure] = [true, null];
  drawState();
  try {
    await mine.deliver((message) => mine === talk && (log.addReply(message, say), log.toEnd()));
    if (redrawAfter && mine === talk) log.redraw(await mine.history(), say);
  } catch (error) {
    if (mine === talk) fail(mine, error);
  }
  if (mine !== talk) return;
  busy = false;
  drawState();
}

function fail(mine, error) {
  const kind = error.kind ?? "server";
  const final = ["stale", "gone", "refused"].includes(kind);
  if (final) mine.drop();
  failure = { kind, retry: final ? null : () => deliver(), label: "again" };
}

/** Shows what was said before, and finishes a message that a reload cut short. */
async function resume() {
  const mine = talk;
  log.clear();
  [busy, failure] = [false, null];
  try {
    const messages = await mine.history();
    if (mine !== talk) return;
    log.redraw(messages, say);
    if (mine.pending) {
      log.addOwn(mine.pending.title ?? mine.pending.text, null);
      draw();
      return deliver(true);
    }
  } catch {
    if (mine === talk) failure = { kind: "load", retry: resume, label: "reload" };
  }
  if (mine === talk) draw();
}

async function become(account) {
  talk.leave();
  talk = new Conversation(account, null);
  const mine = talk;
  rememberAccount(account);
  [busy, failure] = [false, null];
  log.clear();
  try {
    const token = await demoToken(account === VISITOR ? ACCOUNTS[1] : account);
    if (mine !== talk) return;
    byId("account-field").hidden = token === null;
    if (account !== VISITOR && token === null) return become(VISITOR);
    mine.token = account === VISITOR ? null : token;
    await resume();
  } catch {
    if (mine !== talk) return;
    failure = { kind: "load", retry: () => become(account), label: "reload" };
    draw();
  }
}

function startAnew() {
  const { account, token } = talk;
  talk.forget();
  talk = new Conversation(account, token);
  [busy, failure] = [false, null];
  log.clear();
  draw();
  byId("text").focus();
}

byId("language").append(...Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, lang: code }, name)));
byId("language").addEventListener("change", (event) => (chooseLanguage(event.target.value), draw()));
byId("account").addEventListener("change", (event) => become(event.target.value));
byId("new").addEventListener("click", startAnew);
window.addEventListener("online", () => failure?.kind === "lost" && failure.retry());
composer.start((text) => say({ text }));
draw();
const known = lastAccount();
become(ACCOUNTS.includes(known) ? known : "acme");
