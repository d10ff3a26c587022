import assert from "node:assert/strict";
import { test } from "node:test";
import * as hints from "../src/i18n/hints";
import * as labels from "../src/i18n/labels";
import { type Sentence, say, spoken } from "../src/i18n/language";
import * as panel from "../src/i18n/panel";
import { failures, harmless, linking, suggestions } from "../src/i18n/states";
import { terms, units } from "../src/i18n/terms";
import { titles } from "../src/i18n/titles";

const everything: Record<string, Sentence> = {
  ...hints, ...labels, ...panel, ...failures, ...linking, ...terms, ...units, ...titles, harmless,
  ...Object.fromEntries([...suggestions.customer, ...suggestions.visitor].map((sentence) => [sentence[0], sentence])),
};

test("every sentence is there in three languages, with the same values to fill in", () => {
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [name, [en, ja, ko]] of Object.entries(everything)) {
    for (const text of [en, ja, ko]) assert.ok(text.trim(), name);
    assert.deepEqual(values(ja), values(en), name);
    assert.deepEqual(values(ko), values(en), name);
  }
});

test("the first language that is spoken here is taken", () => {
  assert.equal(spoken("fr-CA", undefined, "ko-KR", "ja"), "ko");
  assert.equal(spoken("de"), "en");
});

test("a value is filled in as it is, also where it looks like a place for one", () => {
  assert.equal(say("en", ["{a} {b}", "", ""], { a: "{b}", b: "$&" }), "{b} $&");
});
