// What the parts of the panel draw from, and what they can do.
import type { Answer } from "../api/messages";
import type { Fetch } from "../cards/types";
import type { Format } from "../i18n/format";
import type { Sentence } from "../i18n/language";
import type { Conversation } from "../talk/conversation";
import type { ChannelLink } from "../talk/link";

export interface View {
  conversation: Conversation;
  title: string;
  open: boolean;
  /** Whether the panel fills the screen and keeps the focus. */
  modal: boolean;
  signedIn: boolean;
  unread: number;
  link: ChannelLink | null;
  /** Whose address links of its own point at. */
  base: string;
  /** The newest answer: only its buttons can be pressed. */
  newest: Answer | null;
  f: Format;
  t(sentence: Sentence, values?: Record<string, string | number>): string;
  /** The format for a message in that language. */
  formatOf(language: string): Format;
  fetch: Fetch;
  say(text: string, choice?: string): void;
  toggle(open: boolean): void;
  startAnew(): void;
  reload(): void;
  answerLink(connect: boolean): void;
}
