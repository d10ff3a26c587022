// Server-sent events from a fetch body (EventSource can neither POST nor send headers).

/** Yields `{"event", "data"}` for each event of the stream, `data` as text. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = (rest + value).replaceAll("\r\n", "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(parse).filter(Boolean);
  }
}

function parse(block) {
  const found = { event: "message", data: [] };
  for (const line of block.split("\n")) {
    const [, field, value] = line.match(/^(event|data): ?(.*)$/) ?? [];
    if (field === "event") found.event = value;
    if (field === "data") found.data.push(value);
  }
  return found.data.length ? { event: found.event, data: found.data.join("\n") } : null;
}
