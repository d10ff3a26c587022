// What a receipt says, a line a value, exactly as it stands in the file.
import type { Sentence } from "../i18n/language";
import { deeds, fields } from "../i18n/receipt";

type Line = readonly [label: string, value: string];

/** In the order of `fields`; what that does not name comes last, under its own name. */
export function lines(receipt: Record<string, unknown>, t: (sentence: Sentence) => string): Line[] {
  const found = new Map(flat(receipt));
  found.delete("type");
  const names = [...Object.keys(fields).filter((name) => found.has(name)), ...[...found.keys()].filter((name) => !(name in fields))];
  return names.map((name) => {
    const value = found.get(name)!;
    const deed = name === "what" ? deeds[value] : undefined;
    return [name in fields ? t(fields[name]!) : name, deed === undefined ? value : t(deed)];
  });
}

function flat(value: unknown, name = ""): [string, string][] {
  if (typeof value !== "object" || value === null) return [[name, String(value)]];
  if (Array.isArray(value)) return value.length ? [[name, value.map((item) => flat(item).map(([, text]) => text).join(" ")).join("\n")]] : [];
  if ("amount" in value && "currency" in value) return [[name, `${String(value.amount)} ${String(value.currency)}`]];
  return Object.entries(value).flatMap(([key, item]) => flat(item, name ? `${name}.${key}` : key));
}
