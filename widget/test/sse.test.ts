import assert from "node:assert/strict";
import { test } from "node:test";
import { events } from "../src/api/sse";

async function read(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const found: string[] = [];
  for await (const { event, data } of events(body)) found.push(`${event} ${data}`);
  return found;
}

test("events come whole, wherever the chunks are cut", async () => {
  const text = 'event: message\ndata: {"text": "残高"}\n\n: a comment\n\nevent: done\ndata: {}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.deepEqual(await read(bytes.slice(0, cut), bytes.slice(cut)), ['message {"text": "残高"}', "done {}"]);
  }
});

test("line ends of either kind are read, also cut in two", async () => {
  assert.deepEqual(await read("data: a\r", "\n\r\ndata: b\r\n", "\r\n"), ["message a", "message b"]);
});

test("lines of data belong together, and one cut off by the end is not given", async () => {
  assert.deepEqual(await read("data: a\ndata: b\n\ndata: lost"), ["message a\nb"]);
});
