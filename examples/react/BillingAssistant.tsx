// The assistant in a React application: one component, mounted once, near the root.
import { useEffect, useRef } from "react";
import type { BillingAssistantApi, GetToken, Language } from "../../widget/dist/widget";

export interface BillingAssistantProps {
  /** Where the gateway is, like `https://billing.example.com`. */
  server: string;
  /** The signed-in user's id; null while nobody is signed in. A change signs in or out. */
  user: string | null;
  /** A fresh token for that user, from your own server. */
  getToken: GetToken;
  language?: Language;
}

/** Draws nothing itself: the script puts its own element at the end of the page, beside React's root. */
export function BillingAssistant({ server, user, getToken, language }: BillingAssistantProps): null {
  const source = useRef(getToken);
  source.current = getToken;

  useEffect(() => {
    let left = false;
    void load(server).then((assistant) => {
      if (left) return;
      if (user) void assistant.identify(() => source.current());
      else if (wasSignedIn) assistant.signOut();
      wasSignedIn = user !== null;
    });
    return () => void (left = true);
  }, [server, user]);

  useEffect(() => {
    if (language) void load(server).then((assistant) => assistant.setLanguage(language));
  }, [server, language]);

  return null;
}

let wasSignedIn = false;
let loading: Promise<BillingAssistantApi> | null = null;

/** The script is loaded once a page, however often components come and go. */
function load(server: string): Promise<BillingAssistantApi> {
  return (loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: `${server}/widget.js`, onerror: reject });
    addEventListener("billing-assistant-ready", () => resolve(window.BillingAssistant!), { once: true });
    document.head.append(script);
  }));
}
