// Messages as the gateway gives them.
import type { Card } from "../cards/types";

export interface Button {
  title: string;
  choice: string;
}

export interface Link {
  title: string;
  url: string;
}

/** A message of the customer; `id` is the `answer_id` of its reply. */
export interface Asked {
  role: "user";
  id: string;
  text: string;
  created_at?: string;
}

/** Of the assistant, or of a person of the team, who has a `name`. `handoff`: how it stands with a person from here on. */
export interface Answer {
  role: "assistant" | "operator";
  name?: string;
  handoff?: "waiting" | "taken" | "returned" | "closed" | "late" | null;
  id: string;
  text: string;
  language: string;
  topic: string;
  buttons: Button[];
  links: Link[];
  card: Card | null;
  answer_id: string;
  created_at: string;
}

export type Said = Asked | Answer;

export interface HistoryPage {
  messages: Said[];
  next: string | null;
  ratings: Record<string, boolean>;
}
