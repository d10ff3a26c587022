// The language of the page: chosen, else remembered, else the browser's, else English.
import catalogue from "./messages.js";

export const LANGUAGES = { en: "English", ja: "日本語", ko: "한국어" };
const REMEMBERED = "language";
let current = initial();

function initial() {
  const wanted = [remembered(), ...(navigator.languages ?? [navigator.language])];
  return wanted.map((tag) => tag?.slice(0, 2)).find((code) => code in LANGUAGES) ?? "en";
}

// A browser that refuses storage (private mode, blocked cookies) must still show the page.
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

export const language = () => current;

export function chooseLanguage(code) {
  current = code in LANGUAGES ? code : "en";
  try {
    localStorage.setItem(REMEMBERED, current);
  } catch {
    // Not remembered; nothing else depends on it.
  }
}

/** The sentence of that key, or undefined when there is none. */
export function find(key, code = current) {
  return catalogue[code]?.[key];
}

/** The sentence of that key with `{name}` filled in from `values`. */
export function t(key, values = {}, code = current) {
  const sentence = find(key, code) ?? key;
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), sentence);
}

/** Puts the page's own words in place: `data-t` is text, `data-t-placeholder` a placeholder. */
export function translatePage() {
  document.documentElement.lang = current;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-placeholder]")) {
    node.placeholder = t(node.dataset.tPlaceholder);
  }
}
