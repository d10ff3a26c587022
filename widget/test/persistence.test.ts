import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { type Kind, Problem } from "../src/api/problem";
import { isFinal, persistently } from "../src/talk/persistence";

Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });

/** How often it is tried when each try fails so, time passing as it is asked to. */
async function tries(...kinds: Kind[]): Promise<number> {
  mock.timers.enable({ apis: ["setTimeout"] });
  let tried = 0;
  const once = async () => {
    const kind = kinds[Math.min(tried++, kinds.length - 1)]!;
    throw new Problem(kind);
  };
  const end = persistently(once, new AbortController().signal).catch(() => {});
  for (let second = 0; second < 60; second++) {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    mock.timers.tick(1000);
  }
  await end;
  mock.timers.reset();
  return tried;
}

test("what may pass is tried again, what will not is not", async () => {
  assert.equal(await tries("lost"), 3);
  assert.equal(await tries("server"), 3);
  assert.equal(await tries("running"), 6);
  for (const kind of ["busy", "refused", "stale", "gone", "signin"] as const) assert.equal(await tries(kind), 1, kind);
});

test("whoever leaves is not waited for", async () => {
  const leaving = new AbortController();
  leaving.abort();
  await assert.rejects(persistently(async () => Promise.reject(new Problem("lost")), leaving.signal));
});

test("a failure that a second try cannot mend is final", () => {
  assert.deepEqual((["lost", "server", "busy", "running", "signin"] as const).filter(isFinal), []);
  assert.deepEqual((["refused", "stale", "gone"] as const).filter((kind) => !isFinal(kind)), []);
});
