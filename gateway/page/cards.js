// Cards: the same figures as the text beside it, laid out. A kind that is not known here shows nothing.
import { chart } from "./chart.js";
import { el } from "./dom.js";
import { isMoney, quantity, show } from "./format.js";
import { find, t } from "./i18n.js";
import { table } from "./table.js";

// The fields of each kind, in the order in which they are read.
const FIELDS = {
  balance: ["available", "plan", "voucher_total", "top_up", "owed", "pending_top_ups", "as_of"],
  usage: ["period", "sessions", "spend", "previous_sessions", "previous_spend"],
  services: ["period", "total"],
  plan: ["plan", "status", "interval", "starts_on", "ends_on", "days_left", "amount", "used", "remaining"],
  confirmation: ["amount", "method", "payment_method", "settles", "topic", "contact", "message"],
  receipt: ["id", "receipt", "status", "amount", "method", "payment_method", "reference", "balance", "topic", "at"],
};
const QUANTITIES = ["used", "remaining", "quantity"];

/** The card as a node in the message's language, or null. */
export function renderCard(card, language) {
  const fields = FIELDS[card?.kind];
  if (!fields) return null;
  const parts = [details(card, fields, language), bars(card, language), services(card, language)].filter(Boolean);
  if (!parts.length) return null;
  const title = t(`card_${card.kind}`, {}, known(language));
  return el("section", { class: `card card-${card.kind}`, "aria-label": title }, el("h3", {}, title), parts);
}

const known = (language) => (find("title", language) ? language : "en");
const label = (field, language) => t(`field_${field}`, {}, known(language));

function details(card, fields, language) {
  const rows = fields
    .map((field) => [field, show(card[field], known(language))])
    .filter(([field, text]) => text !== null && !isEmptyExtra(field, card[field]));
  if (!rows.length) return null;
  return el("dl", {}, rows.map(([field, text]) =>
    el("div", {}, el("dt", {}, label(field, language)), el("dd", {}, text))));
}

// Nothing owed and nothing on the way is the usual case and not worth a line.
function isEmptyExtra(field, value) {
  return ["owed", "pending_top_ups"].includes(field) && isMoney(value) && /^-?0*(\.0*)?$/.test(value.amount);
}

function bars(card, language) {
  if (card.kind !== "usage" || !card.days?.length) return null;
  return chart(card.days, known(language));
}

function services(card, language) {
  const rows = Array.isArray(card.services) ? card.services.filter((row) => row?.service) : [];
  if (!["usage", "services"].includes(card.kind) || !rows.length) return null;
  const columns = ["service", "quantity", "used", "remaining", "spent", "spend"]
    .filter((column) => rows.some((row) => row[column] !== null && row[column] !== undefined));
  const cell = (row, column) =>
    (QUANTITIES.includes(column) ? quantity : show)(row[column], known(language)) ?? "–";
  return table(columns.map((column) => label(column, language)), rows.map((row) => columns.map((column) => cell(row, column))));
}
