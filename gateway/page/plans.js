// What the same use would have cost on each plan: a bar each, cheapest first, with its figure beside it.
import { el } from "./dom.js";
import { show } from "./format.js";
import { t } from "./i18n.js";
import { table } from "./table.js";

/** `options` are `{"plan", "names", "interval", "price", "overage", "total", "present", "best"}`; no plan: as one goes. */
export function plansChart(options, language) {
  const most = Math.max(...options.map((option) => Number(option.total.amount)), Number.MIN_VALUE);
  const rows = options.map((option) => row(option, Number(option.total.amount) / most, language));
  return el("figure", {}, el("ul", { class: "plans" }, rows), figuresTable(options, language));
}

// Only the length of the bar is made of a number; the figure is written from its decimal string.
function row(option, share, language) {
  const marks = ["best", "present"].filter((mark) => option[mark]).map((mark) => t(`mark_${mark}`, {}, language));
  return el("li", { class: option.best ? "best" : null },
    el("span", { class: "plan-name" }, [name(option, language), ...marks].join(" · ")),
    el("span", { class: "plan-total" }, show(option.total, language)),
    el("progress", { max: "1", value: String(share), "aria-hidden": "true" }));
}

function name(option, language) {
  if (!option.plan) return t("pay_as_you_go", {}, language);
  return `${option.names[language] ?? option.names.en} (${show(option.interval, language)})`;
}

function figuresTable(options, language) {
  const heads = ["plan", "price", "overage", "total"].map((field) => t(`field_${field}`, {}, language));
  const cells = options.map((option) => [name(option, language),
    ...["price", "overage", "total"].map((field) => show(option[field], language) ?? "–")]);
  return el("details", {}, el("summary", {}, t("table", {}, language)), table(heads, cells));
}
