import { el } from "./dom.js";

/** A table whose first column names the row; it scrolls sideways by itself on a narrow screen. */
export function table(heads, rows) {
  const body = rows.map(([first, ...rest]) =>
    el("tr", {}, el("th", { scope: "row" }, first), rest.map((text) => el("td", {}, text))));
  return el("div", { class: "wide", tabindex: "0", role: "group", "aria-label": heads.join(", ") },
    el("table", {},
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, body)));
}
