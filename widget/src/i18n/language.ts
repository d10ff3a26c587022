// Sentences stand as [English, Japanese, Korean]: none can be missing, and a change shows the other two.
import type { Language } from "../host/types";

export type Sentence = readonly [string, string, string];

const LANGUAGES: readonly Language[] = ["en", "ja", "ko"];

/** The first of the tags that is spoken here; English otherwise. */
export function spoken(...tags: (string | null | undefined)[]): Language {
  const codes = tags.map((tag) => tag?.slice(0, 2).toLowerCase());
  return LANGUAGES.find((code) => code === codes.find((each) => LANGUAGES.includes(each as Language))) ?? "en";
}

/** What a sentence's `{name}`s are filled in from. */
export type Values = Record<string, string | number>;

/** The sentence in a language, with `{name}` filled in from `values`. */
export function say(language: Language, sentence: Sentence, values: Values = {}): string {
  return sentence[LANGUAGES.indexOf(language)]!.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
