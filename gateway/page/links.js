// Links of the assistant's messages: https only, marked as leaving, with no way back to this page.
import { el } from "./dom.js";
import { t } from "./i18n.js";

const ADDRESS = /https:\/\/[^\s<>"'「」（）、。]+/g;

export function isSafe(url) {
  try {
    return new URL(url).protocol === "https:";
  } catch {
    return false;
  }
}

export function link(url, title) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" },
    title, el("span", { class: "leaves", "aria-hidden": "true" }, " ↗"),
    el("span", { class: "unseen" }, ` (${t("leaves")})`));
}

/** Text as nodes, with its https addresses as links; lines that only repeat one of `shown` are left out. */
export function linked(text, shown = []) {
  const kept = text.split("\n").filter((line) => !shown.includes(line.trim())).join("\n").trim();
  const nodes = [];
  let from = 0;
  for (const found of kept.matchAll(ADDRESS)) {
    const url = found[0].replace(/[.,;:!?)\]]+$/, "");
    if (!isSafe(url)) continue;
    nodes.push(kept.slice(from, found.index), link(url, url));
    from = found.index + url.length;
  }
  return [...nodes, kept.slice(from)];
}
