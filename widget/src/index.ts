// What one line in a page starts: <script src="https://billing.example/widget.js" defer></script>
// Sentences first, side by side: so they are packed best.
import "./i18n/panel";
import "./i18n/common";
import "./i18n/states";
import type { BillingAssistantApi, BillingAssistantEvents, BillingAssistantListener } from "./host/types";
import { spoken } from "./i18n/language";
import { BillingAssistantElement } from "./ui/element";
import { Rating } from "./ui/rating";

// Scripts of type `module` do not know their own tag.
const script = (document.currentScript ?? document.querySelector("script[src*='/widget.js']")) as HTMLScriptElement | null;

function begin({ dataset, src }: HTMLScriptElement): void {
  customElements.define("billing-assistant-rating", Rating);
  customElements.define("billing-assistant", BillingAssistantElement);
  const element = new BillingAssistantElement({
    script: src,
    base: (dataset["api"] ?? new URL(src).origin).replace(/\/$/, ""),
    language: dataset["language"],
    title: dataset["title"],
    theme: dataset["theme"],
    side: dataset["side"],
    open: "open" in dataset,
  });
  window.BillingAssistant = apiOf(element);
  document.body.append(element);
  void element.start(window.BillingAssistantOptions);
  dispatchEvent(new Event("billing-assistant-ready"));
}

function apiOf(element: BillingAssistantElement): BillingAssistantApi {
  const { on, off } = listening(element);
  return {
    on,
    off,
    open: () => element.toggle(true),
    close: () => element.toggle(false),
    send: (text) => {
      element.toggle(true);
      if (text.trim()) element.say(text.trim());
    },
    identify: (getToken) => element.identify(getToken),
    signOut: () => element.talk.signOut(),
    startAnew: () => element.startAnew(),
    setLanguage: (language) => void (element.language = spoken(language)),
  };
}

function listening(element: BillingAssistantElement): Pick<BillingAssistantApi, "on" | "off"> {
  type Name = keyof BillingAssistantEvents;
  const heard = new Map<unknown, EventListener>();
  const off = <N extends Name>(name: N, listener: BillingAssistantListener<N>): void => {
    element.removeEventListener(name, heard.get(listener) as EventListener);
  };
  const on = <N extends Name>(name: N, listener: BillingAssistantListener<N>): (() => void) => {
    const told: EventListener = (event) => listener((event as CustomEvent).detail);
    heard.set(listener, told);
    element.addEventListener(name, told);
    return () => off(name, listener);
  };
  return { on, off };
}

// A second script tag changes nothing.
if (script && !customElements.get("billing-assistant")) {
  if (document.body) begin(script);
  else addEventListener("DOMContentLoaded", () => begin(script));
}
