// The one place that writes money, quantities, days and times. Amounts stay decimal strings: Intl reads them exactly,
// and nothing here reckons.
import type { Language } from "../host/types";
import { type Sentence, type Values, say } from "./language";
import { terms, units } from "./terms";

export interface Money {
  amount: string;
  currency: string;
}

/** Days as ISO dates, both inclusive. */
export interface Period {
  from: string;
  to: string;
}

type Decimal = Intl.StringNumericLiteral;

export class Format {
  /** `zone` is the account's; the browser's own where none is known. */
  constructor(
    readonly language: Language,
    readonly zone?: string | undefined,
    readonly services: Record<string, string> = {},
  ) {}

  service(id: string): string {
    return this.services[id] ?? id.replaceAll("_", " ");
  }

  t(sentence: Sentence, values?: Values): string {
    return say(this.language, sentence, values);
  }

  /** The word for an id, `group` naming what it is of where an id alone is ambiguous. */
  term(id: string, group = ""): string {
    const sentence = terms[group + id];
    return sentence ? this.t(sentence) : id.replaceAll("_", " ");
  }

  /** To the coin, half up, as the assistant's own words say it: `$12.50`, `￥3,000`. */
  money({ amount, currency }: Money): string {
    const style = { style: "currency", currency, roundingMode: "halfExpand" } as const;
    return new Intl.NumberFormat(this.language, style).format(amount as Decimal);
  }

  number(decimal: string | number): string {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: 20 }).format(decimal as Decimal);
  }

  quantity(decimal: string, unit: string): string {
    const n = this.number(decimal);
    return units[unit] ? this.t(units[unit], { n }) : `${n} ${unit}`;
  }

  /** A name of the catalogue. */
  name(names: Record<string, string>): string {
    return names[this.language] ?? names["en"] ?? "";
  }

  /** An ISO date as the day it names, whatever the zone. */
  day(iso: string): string {
    return this.#date(iso, { dateStyle: "medium", timeZone: "UTC" });
  }

  period({ from, to }: Period): string {
    return `${this.day(from)} – ${this.day(to)}`;
  }

  /** The day that an instant is in the account's zone. */
  dayOf(instant: string): string {
    return this.#date(instant, { dateStyle: "medium", timeZone: this.zone });
  }

  time(instant: string): string {
    return this.#date(instant, { dateStyle: "medium", timeStyle: "short", timeZone: this.zone });
  }

  #date(text: string, style: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.language, style).format(new Date(text));
  }
}

/** Whether there is anything of it. */
export const isSome = (money: Money | null | undefined): money is Money => !!money && /[1-9]/.test(money.amount);
