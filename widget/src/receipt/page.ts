// The page that verifies receipts. Its policy lets it contact nobody, so what it says it says by itself.
import * as words from "../i18n/receipt";
import { type Sentence, say, spoken } from "../i18n/language";
import type { Language } from "../host/types";
import { lines } from "./contents";
import { type Jwk, type Verdict, verify } from "./verify";

const NAMES: Record<Language, string> = { en: "English", ja: "日本語", ko: "한국어" };

let language = spoken(...navigator.languages);
let keys: readonly Jwk[] = JSON.parse(document.getElementById("keys")!.textContent).keys;
let shown: { name: string; verdict: Verdict } | null = null;

const t = (sentence: Sentence): string => say(language, sentence);

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, given: Partial<HTMLElementTagNameMap[Name]>, ...children: (Node | string)[]): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), given);
  made.append(...children);
  return made;
}

function draw(): void {
  document.documentElement.lang = language;
  document.title = t(words.title);
  const input = element("input", { type: "file", id: "file", accept: ".json,application/json" });
  input.onchange = () => void take(input.files);
  document.querySelector("main")!.replaceChildren(
    element("nav", {}, ...(Object.keys(NAMES) as Language[]).map(choice)),
    element("h1", {}, t(words.title)),
    element("p", {}, t(words.intro)),
    element("p", { className: "field" }, element("label", { htmlFor: "file" }, t(words.choose)), input),
    outcome(),
    element("p", { className: "note" }, t(keys.length ? words.known : words.noKeys)),
    element("ul", { className: "note" }, ...keys.map(({ kid }) => element("li", {}, element("code", {}, kid)))),
    element("p", { className: "note" }, t(words.saved)),
  );
}

function choice(id: Language): HTMLButtonElement {
  const button = element("button", { type: "button", lang: id }, NAMES[id]);
  button.ariaPressed = String(id === language);
  button.onclick = () => {
    language = id;
    draw();
  };
  return button;
}

function outcome(): HTMLElement {
  const section = element("section", { role: "status", id: "verdict" });
  if (!shown) return section;
  const { name, verdict } = shown;
  section.dataset["verdict"] = verdict.fault ?? "genuine";
  section.append(
    element("h2", {}, t(verdict.fault ? words.not_genuine : words.genuine)),
    element("p", {}, `${name}${verdict.fault ? `: ${t(words.faults[verdict.fault])}` : ""}`),
  );
  const known = verdict.fault && why(verdict);
  if (known) section.append(element("p", {}, known));
  if (verdict.fault && verdict.receipt) section.append(element("p", {}, t(words.doubtful)));
  if (verdict.receipt) {
    section.append(element("dl", {}, ...lines(verdict.receipt, t).map(([label, value]) => element("div", {}, element("dt", {}, label), element("dd", {}, value)))));
  }
  return section;
}

// As far as it can be known without asking anybody.
function why({ fault, receipt, from }: Verdict): string {
  if (fault === "signature_wrong") return t(words.cannotTell);
  if (fault === "unknown_key") return `${t(words.fields["key"]!)}: ${String(receipt!["key"])}`;
  return from ? say(language, words.fromByte, { n: from }) : "";
}

async function take(files: FileList | null | undefined): Promise<void> {
  const file = files?.[0];
  if (!file) return;
  const content = new Uint8Array(await file.arrayBuffer());
  const found = keysIn(content);
  if (found) [keys, shown] = [found, null];
  else shown = { name: file.name, verdict: await verify(content, keys) };
  draw();
}

// The issuer's keys, as they are published, take the place of those that the page came with.
function keysIn(content: Uint8Array<ArrayBuffer>): Jwk[] | null {
  try {
    const { keys } = JSON.parse(new TextDecoder().decode(content));
    return Array.isArray(keys) && keys.every((key) => typeof key?.kid === "string") ? keys : null;
  } catch {
    return null;
  }
}

addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  void take(event.dataTransfer?.files);
});
draw();
