/** Languages that the assistant speaks. */
export type Language = "en" | "ja" | "ko";

/**
 * The signed-in customer's bearer token, or null when nobody is signed in. Asked again before a token ends and once
 * when one is refused; ask your own server for a fresh token each time.
 */
export type GetToken = () => string | null | Promise<string | null>;

/** What may stand in `window.BillingAssistantOptions` before the script runs. */
export interface BillingAssistantOptions {
  getToken?: GetToken;
}

/** What `on` tells of, and with what. */
export interface BillingAssistantEvents {
  open: undefined;
  close: undefined;
  /** A message was written or came; `topic` is the assistant's alone. */
  message: { role: "user" | "assistant" | "operator"; text: string; topic?: string };
  /** How many messages came while the panel was closed. */
  unread: { count: number };
  /** A message could not be sent: why. */
  error: { kind: "lost" | "server" | "busy" | "running" | "refused" | "stale" | "gone" | "signin" };
  /** The token was refused and `getToken` gave no other: have the customer sign in, then call `identify`. */
  signin: undefined;
}

export type BillingAssistantListener<Name extends keyof BillingAssistantEvents> = (
  detail: BillingAssistantEvents[Name],
) => void;

/** `window.BillingAssistant`, there once the script has run (`billing-assistant-ready` is then dispatched on window). */
export interface BillingAssistantApi {
  open(): void;
  close(): void;
  /** Opens the panel and says the text as the customer. */
  send(text: string): void;
  /** Somebody signed in: a visitor's conversation goes on as theirs. */
  identify(getToken: GetToken): Promise<void>;
  /** Nobody is signed in any more: a new conversation begins, and this browser forgets the old one. */
  signOut(): void;
  /** Leaves the conversation and begins another. */
  startAnew(): void;
  setLanguage(language: Language): void;
  /** Returns what takes the listener off again. */
  on<Name extends keyof BillingAssistantEvents>(name: Name, listener: BillingAssistantListener<Name>): () => void;
  off<Name extends keyof BillingAssistantEvents>(name: Name, listener: BillingAssistantListener<Name>): void;
}

declare global {
  interface Window {
    BillingAssistant?: BillingAssistantApi;
    BillingAssistantOptions?: BillingAssistantOptions;
  }
}
