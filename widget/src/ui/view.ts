// What the parts of the panel draw from, and what they can do.
import type { Answer } from "../api/messages";
import type { Reader } from "../cards/index";
import type { Language } from "../host/types";
import type { Sentence, Values } from "../i18n/language";
import type { Conversation } from "../talk/conversation";
import type { ChannelLink } from "../talk/link";
import type { Cards } from "./cards";

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
  language: Language;
  t(sentence: Sentence, values?: Values): string;
  /** What draws cards; null until it is there. */
  cards(): Cards | null;
  /** Who reads a message in that language. */
  reader(language: string): Reader;
  say(text: string, choice?: string): void;
  toggle(open: boolean): void;
  startAnew(): void;
  reload(): void;
  answerLink(connect: boolean): void;
}
