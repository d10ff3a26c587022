import assert from "node:assert/strict";
import { test } from "node:test";
import { isSafe } from "../src/ui/links";

test("only https and the gateway's own pages are links", () => {
  const base = "http://127.0.0.1:8000";
  for (const url of ["https://example.com/a", "/docs", `${base}/x`]) assert.ok(isSafe(url, base), url);
  for (const url of ["javascript:alert(1)", "http://example.com", "data:text/html,x", "//example.com", "JAVASCRIPT:x"]) {
    assert.ok(!isSafe(url, base), url);
  }
  assert.ok(isSafe("//example.com", "https://billing.example"));
});
