import assert from "node:assert/strict";
import { test } from "node:test";
import { Format, isSome } from "../src/i18n/format";

const en = new Format("en", "America/New_York");
const ja = new Format("ja", "Asia/Tokyo");
const ko = new Format("ko", "Asia/Seoul");

test("money is written to the coin of its currency, half up, never through a float", () => {
  assert.equal(en.money({ amount: "12.345", currency: "USD" }), "$12.35");
  assert.equal(en.money({ amount: "-0.005", currency: "USD" }), "-$0.01");
  assert.equal(en.money({ amount: "1.005", currency: "USD" }), "$1.01"); // as a float it would be 1.00
  assert.equal(en.money({ amount: "9007199254740993.01", currency: "USD" }), "$9,007,199,254,740,993.01");
  assert.equal(ja.money({ amount: "3000.5", currency: "JPY" }), "￥3,001");
  assert.equal(ko.money({ amount: "50000", currency: "KRW" }), "₩50,000");
});

test("a day is the day it names in every zone", () => {
  assert.equal(en.day("2026-11-01"), "Nov 1, 2026");
  assert.equal(new Format("en", "Pacific/Kiritimati").day("2026-11-01"), "Nov 1, 2026");
  assert.equal(ja.period({ from: "2026-11-01", to: "2026-11-30" }), "2026/11/01 – 2026/11/30");
});

test("an instant is told on the account's clock", () => {
  assert.equal(en.dayOf("2026-11-26T02:00:00Z"), "Nov 25, 2026");
  assert.equal(ja.dayOf("2026-11-25T20:00:00Z"), "2026/11/26");
  assert.match(en.time("2026-11-26T17:37:58-05:00"), /Nov 26, 2026, 5:37\sPM/);
});

test("a quantity keeps all its decimals, and its unit where that is known", () => {
  assert.equal(en.quantity("1495.14", "thousand_tokens"), "1,495.14 thousand tokens");
  assert.equal(en.quantity("0.123456789012", "hour"), "0.123456789012 h");
  assert.equal(ko.quantity("3", "frame"), "3 frame");
});

test("an id without a word is shown as it is", () => {
  assert.equal(new Format("ja", "Asia/Tokyo", { bot: "ボット" }).service("bot"), "ボット");
  assert.equal(en.service("my_service"), "my service");
  assert.equal(en.term("my_state"), "my state");
});

test("nothing is nothing, however many zeros it has", () => {
  assert.equal(isSome({ amount: "0.00", currency: "USD" }), false);
  assert.equal(isSome({ amount: "-0.01", currency: "USD" }), true);
  assert.equal(isSome(null), false);
});
