// Sessions a day as bars, with the same figures as a table for whoever reads rather than looks.
import { el, svg } from "./dom.js";
import { day, show } from "./format.js";
import { t } from "./i18n.js";
import { table } from "./table.js";

const HEIGHT = 60;
const STEP = 10;

/** `days` are `{"day", "sessions", "spend"}`, oldest first. */
export function chart(days, language) {
  const most = Math.max(...days.map((each) => each.sessions), 1);
  const total = days.reduce((sum, each) => sum + each.sessions, 0);
  const figures = { from: day(days[0].day, language), to: day(days.at(-1).day, language) };
  const sentence = t("chart", { ...figures, total: show(total, language), most: show(most, language) }, language);
  const picture = svg("svg", {
    role: "img", "aria-label": sentence, class: "chart", preserveAspectRatio: "none",
    viewBox: `0 0 ${days.length * STEP} ${HEIGHT}`,
  }, days.map((each, index) => bar(each.sessions / most, index)));
  return el("figure", {}, picture, el("figcaption", {},
    el("span", {}, figures.from), el("span", {}, figures.to)), figuresTable(days, language));
}

function bar(share, index) {
  const height = Math.max(share * HEIGHT, 1);
  return svg("rect", { x: index * STEP + 1, y: HEIGHT - height, width: STEP - 2, height });
}

function figuresTable(days, language) {
  const heads = ["day", "sessions", "spend"].map((field) => t(`field_${field}`, {}, language));
  const rows = days.map((each) => [each.day, each.sessions, each.spend].map((value) => show(value, language) ?? "–"));
  return el("details", {}, el("summary", {}, t("table", {}, language)), table(heads, rows));
}
