import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded, encoded } from "../src/receipt/base64";
import { canonical } from "../src/receipt/canonical";
import { byNoble, verifies } from "../src/receipt/ed25519";
import { lines } from "../src/receipt/contents";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (each) => parseInt(each, 16));

// RFC 8032, 7.1, test 3.
const KEY = bytes("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
const MESSAGE = bytes("af82");
const SIGNATURE = bytes("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

test("the browser's own Ed25519 and the other one say the same of the RFC's signature and of each bit changed", async () => {
  assert.equal(await verifies(KEY, SIGNATURE, MESSAGE), true);
  assert.equal(byNoble(KEY, SIGNATURE, MESSAGE), true);
  for (let bit = 0; bit < SIGNATURE.length * 8; bit++) {
    const changed = SIGNATURE.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(await verifies(KEY, changed, MESSAGE), false);
    assert.equal(byNoble(KEY, changed, MESSAGE), false);
  }
});

test("a signature with the group's order added to its scalar is refused, as RFC 8032 says", () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = SIGNATURE.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
  const other = SIGNATURE.slice();
  for (let at = 0; at < 32; at++) other[32 + at] = Number((scalar >> BigInt(8 * at)) & 255n);
  assert.equal(byNoble(KEY, other, MESSAGE), false);
});

test("without WebCrypto, or with one that does not know Ed25519, the other one verifies", async () => {
  const old = { importKey: () => Promise.reject(new DOMException("", "NotSupportedError")) } as unknown as SubtleCrypto;
  assert.equal(await verifies(KEY, SIGNATURE, MESSAGE, old), true);
  assert.equal(await verifies(KEY, SIGNATURE, bytes("af83"), old), false);
});

test("JSON has one form", () => {
  assert.equal(canonical({ b: [1, { z: "", A: "x" }], a: -2 }), '{"a":-2,"b":[1,{"A":"x","z":""}]}');
  assert.equal(canonical("\u20ac$\u000f\nA'B\"\\\\\"/"), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  for (const value of [1.5, null, true, undefined, 2 ** 53]) assert.throws(() => canonical(value));
});

test("bytes have one encoding", () => {
  assert.equal(encoded(bytes("fbff")), "-_8");
  assert.deepEqual(decoded("-_8"), bytes("fbff"));
  for (const text of ["-_9", "-_8=", "+/8", "-_ 8", "-"]) assert.throws(() => decoded(text));
});

test("what a receipt says is told in order, money with its currency, what is new by its own name", () => {
  const said = lines({ type: "t", new: "n", amounts: { total: { amount: "5.00", currency: "USD" } }, id: "T-1", what: "top_up", ledger: { transactions: [{ id: 7, sha256: "ab" }] } }, (sentence) => sentence[0]);
  assert.deepEqual(said, [["Receipt", "T-1"], ["What was done", "Top-up"], ["Received", "5.00 USD"], ["Ledger transactions (SHA-256)", "7 ab"], ["new", "n"]]);
});
