// JSON in one form only (RFC 8785), as billing/canonical.py writes it: of strings, whole numbers, lists and objects.

/** Throws for what has no canonical form here. */
export function canonical(value: unknown): string {
  if (typeof value === "string" || Number.isSafeInteger(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) throw new TypeError("no canonical form");
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}
