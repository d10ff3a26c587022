// Links in what the assistant says: https only, marked as leaving, with no way back to this page.
import { type TemplateResult, html } from "lit-html";
import * as panel from "../i18n/panel";
import type { View } from "./view";

const ADDRESS = /https:\/\/[^\s<>"'「」（）、。]+/g;

/** Whether it may be a link: https, or the gateway's own pages. */
export function isSafe(url: string, base: string): boolean {
  try {
    const { protocol, origin } = new URL(url, base);
    return protocol === "https:" || (origin === new URL(base).origin && protocol === "http:");
  } catch {
    return false;
  }
}

export function link(view: View, url: string, title: string): TemplateResult {
  return html`<a href=${new URL(url, view.base).href} target="_blank" rel="noopener noreferrer">${title}<span aria-hidden="true"> ↗</span><span class="unseen"> (${view.t(panel.leaves)})</span></a>`;
}

/** The text with its https addresses as links; lines that only repeat one of `shown` are left out. */
export function linked(view: View, text: string, shown: readonly string[] = []): (string | TemplateResult)[] {
  const known = shown.map((url) => new URL(url, view.base).href);
  const kept = text.split("\n").filter((line) => !known.includes(line.trim())).join("\n").trim();
  const parts: (string | TemplateResult)[] = [];
  let from = 0;
  for (const found of kept.matchAll(ADDRESS)) {
    const url = found[0].replace(/[.,;:!?)\]]+$/, "");
    if (!isSafe(url, view.base)) continue;
    parts.push(kept.slice(from, found.index), link(view, url, url));
    from = found.index + url.length;
  }
  return [...parts, kept.slice(from)];
}
