// Use a day as bars, with the same figures as a table for whoever reads rather than looks: sessions, or what was spent
// where there were none.
import { el, svg } from "./dom.js";
import { day, show } from "./format.js";
import { t } from "./i18n.js";
import { table } from "./table.js";

const HEIGHT = 60;
const STEP = 10;

const AMOUNT = { sessions: (each) => each.sessions, spend: (each) => Number(each.spend.amount) };

/** The chart of a `usage` card: its `days`, oldest first, and its totals. */
export function chart(card, language) {
  const { days } = card;
  const field = card.sessions ? "sessions" : "spend";
  const busiest = days.reduce((most, each) => (AMOUNT[field](each) > AMOUNT[field](most) ? each : most));
  const most = AMOUNT[field](busiest) || 1;
  const sentence = t(`chart_${field}`, {
    from: day(days[0].day, language), to: day(days.at(-1).day, language),
    total: show(card[field], language), most: show(busiest[field], language),
  }, language);
  const picture = svg("svg", {
    role: "img", "aria-label": sentence, class: "chart", preserveAspectRatio: "none",
    viewBox: `0 0 ${days.length * STEP} ${HEIGHT}`,
  }, days.map((each, index) => bar(AMOUNT[field](each) / most, index)));
  return el("figure", {}, picture, el("figcaption", {},
    el("span", {}, day(days[0].day, language)), el("span", {}, day(days.at(-1).day, language))), figuresTable(days, language));
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
