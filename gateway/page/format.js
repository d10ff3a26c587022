// Values of cards, written in the reader's language. Amounts stay decimal strings: never a float.
import { find } from "./i18n.js";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

export const isMoney = (value) => typeof value?.amount === "string" && typeof value?.currency === "string";

/** `{"amount": "12.50", "currency": "USD"}` as "$12.50": to the coin, half up, as the assistant's own words say it. */
export function money({ amount, currency }, language) {
  return new Intl.NumberFormat(language, { style: "currency", currency, roundingMode: "halfExpand" }).format(amount);
}

/** An ISO date as the day it names, whatever the browser's time zone is. */
export function day(text, language, style = "medium") {
  return new Intl.DateTimeFormat(language, { dateStyle: style, timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
}

// The account's own wall clock, as the offset in the text already has it; not the browser's zone.
function time(text, language) {
  const wall = new Date(`${text.slice(0, 16)}:00Z`);
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(wall);
}

function number(text, language) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 20 }).format(text);
}

/** Any value of a card as text; `null` when it has no form that a person can read. */
export function show(value, language) {
  if (value === null || value === undefined || value === "") return null;
  if (isMoney(value)) return money(value, language);
  if (typeof value === "number") return number(value, language);
  if (value.from && value.to) return `${day(value.from, language)} – ${day(value.to, language)}`;
  if (typeof value !== "string") return null;
  if (DAY.test(value)) return day(value, language);
  if (TIME.test(value)) return time(value, language);
  return find(`value_${value}`, language) ?? value;
}

/** A quantity (a decimal string) as text; `null` when there is none. */
export function quantity(value, language) {
  return typeof value === "string" && DECIMAL.test(value) ? number(value, language) : show(value, language);
}
