// Cards: the same figures as the message's text, laid out, in place of all but its first line. A kind that is not
// known here shows nothing, and the text stays whole.
import { chart } from "./chart.js";
import { plansChart } from "./plans.js";
import { el } from "./dom.js";
import { isMoney, quantity, show } from "./format.js";
import { find, t } from "./i18n.js";
import { table } from "./table.js";

// The fields of each kind, in the order in which they are read.
const FIELDS = {
  balance: ["available", "plan", "voucher_total", "top_up", "owed", "pending_top_ups", "as_of"],
  usage: ["period", "sessions", "spend", "previous_sessions", "previous_spend"],
  services: ["period", "total"],
  plans: ["period", "saving"],
  plan: ["name", "status", "remaining", "used", "amount", "starts_on", "ends_on", "days_left", "covers", "interval",
    "payment_option", "payment_status"],
};
const QUANTITIES = ["used", "remaining", "quantity"];

/** The card as a node in the message's language, or null. */
export function renderCard(card, language) {
  const fields = FIELDS[card?.kind];
  if (!fields) return null;
  const parts = [share(card, language), details(readable(card, language), fields, language), bars(card, language), services(card, language),
    plans(card, language)].filter(Boolean);
  if (!parts.length) return null;
  const title = t(`card_${card.kind}`, {}, known(language));
  return el("section", { class: `card card-${card.kind}`, "aria-label": title }, el("h3", {}, title), parts);
}

// Names instead of ids.
function readable(card, language) {
  if (card.kind !== "plan") return card;
  const services = card.all_services ? ["all_services"] : card.services;
  const covers = services.map((service) => show(service, known(language))).join(" · ");
  return { ...card, name: card.names[known(language)] ?? card.names.en, covers };
}

function share(card, language) {
  if (card.kind !== "plan" || card.status === "pending_confirmation") return null;
  const used = `${label("used", language)} ${card.used_percent} %`;
  return el("progress", { max: "100", value: card.used_percent, "aria-label": used, title: used });
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

// Nothing owed, nothing on the way and no sessions are not worth a line.
function isEmptyExtra(field, value) {
  if (["sessions", "previous_sessions"].includes(field)) return value === 0;
  return ["owed", "pending_top_ups"].includes(field) && isMoney(value) && /^-?0*(\.0*)?$/.test(value.amount);
}

function bars(card, language) {
  if (card.kind !== "usage" || !card.days?.length) return null;
  return chart(card, known(language));
}

function plans(card, language) {
  return card.kind === "plans" && card.options?.length ? plansChart(card.options, known(language)) : null;
}

function services(card, language) {
  const rows = Array.isArray(card.services) ? card.services.filter((row) => row?.service) : [];
  if (!["usage", "services"].includes(card.kind) || !rows.length) return null;
  const columns = ["service", "quantity", "used", "remaining", "spent", "spend"]
    .filter((column) => rows.some((row) => row[column] !== null && row[column] !== undefined));
  const cell = (row, column) => (QUANTITIES.includes(column) ? measured(row, column, language)
    : show(row[column], known(language))) ?? "–";
  return table(columns.map((column) => label(column, language)), rows.map((row) => columns.map((column) => cell(row, column))));
}

function measured(row, column, language) {
  const n = quantity(row[column], known(language));
  return n === null || !find(`unit_${row.unit}`, known(language)) ? n : t(`unit_${row.unit}`, { n }, known(language));
}
