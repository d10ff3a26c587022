// Use as comma-separated values (RFC 4180), for a spreadsheet: figures as they are, not as they are shown.
import type { UsageCard } from "./types";

/** One line a day: sessions, spend, and what each service was used and cost. */
export function usageCsv({ series, services }: UsageCard): string {
  const ids = services.map(({ service }) => service);
  const heads = ["from", "to", "sessions", "spend", "currency", ...ids.flatMap((id) => [`${id}_quantity`, `${id}_spend`])];
  const lines = series.map((step) => [
    step.from,
    step.to,
    String(step.sessions),
    step.spend.amount,
    step.spend.currency,
    ...ids.flatMap((id) => {
      const found = step.services.find(({ service }) => service === id);
      return [found?.quantity ?? "0", found?.spend.amount ?? "0"];
    }),
  ]);
  return [heads, ...lines].map((line) => line.map(cell).join(",") + "\r\n").join("");
}

// A spreadsheet takes what begins so for a formula; a negative number is none.
const cell = (text: string): string => {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
