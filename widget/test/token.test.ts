import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokens, claimsOf, whoseIs } from "../src/talk/token";

const NOW = 1_800_000_000_000;
const token = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
const ending = (seconds: number, sub = "u") => token({ account: "acme", sub, exp: NOW / 1000 + seconds });

test("claims are read in any script, and nonsense says nothing", () => {
  assert.equal(claimsOf(token({ sub: "山田" })).sub, "山田");
  assert.deepEqual(claimsOf("nonsense"), {});
});

test("two users of one account are two people", () => {
  assert.notEqual(whoseIs(ending(9, "ann")), whoseIs(ending(9, "bob")));
  assert.notEqual(whoseIs(token({ account: 'a","b', sub: "c" })), whoseIs(token({ account: "a", sub: 'b","c' })));
});

test("a token is kept until a minute before its end", async () => {
  let asked = 0;
  let now = NOW;
  const tokens = new Tokens(() => (asked++, ending(100 + 1000 * (asked - 1))), () => now);
  await tokens.get();
  now += 39_000;
  await tokens.get();
  assert.equal(asked, 1);
  now += 2000;
  await tokens.get();
  assert.equal(asked, 2);
});

test("however many need a token, it is asked for once", async () => {
  let asked = 0;
  const tokens = new Tokens(async () => (asked++, ending(600)), () => NOW);
  await Promise.all([tokens.get(), tokens.get(), tokens.renew()]);
  assert.equal(asked, 1);
});

test("a callback that failed is asked again", async () => {
  let asked = 0;
  const tokens = new Tokens(async () => {
    if (asked++ === 0) throw new Error("offline");
    return ending(600);
  }, () => NOW);
  await assert.rejects(tokens.get());
  assert.equal(await tokens.get(), ending(600));
});
