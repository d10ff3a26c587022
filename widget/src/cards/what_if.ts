import { type TemplateResult, html } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import { titles } from "../i18n/titles";
import { type Format, isSome } from "../i18n/format";
import { bar, rows, table } from "./parts";
import type { Course, WhatIfCard } from "./types";

/** Both courses side by side: a bar each for what it costs, then the figures of both in a table. */
export function whatIf(card: WhatIfCard, f: Format): TemplateResult {
  const { period, present, dearer_by, "changed": changed } = card; // quoted: the build shortens our own `changed`
  const both: [string, Course][] = [
    [f.t(hints.as_it_is), present],
    [f.t(hints.with_changes), changed],
  ];
  const most = Math.max(...both.map(([, course]) => Number(course.cost.amount)), Number.MIN_VALUE);
  const line = (label: string, figure: (course: Course) => string) => [label, ...both.map(([, course]) => figure(course))];
  const less = dearer_by.amount.startsWith("-");
  return html`
    ${rows(f, [
      [labels.period, f.period(period)],
      [less ? labels.saving : labels.dearer_by, isSome(dearer_by) && f.money({ ...dearer_by, amount: dearer_by.amount.replace("-", "") })],
    ])}
    <ul class="items">${both.map(([name, { cost }]) => html`<li>
      <span class="name">${name}</span>
      <span class="figure">${f.money(cost)}</span>
      ${bar(Number(cost.amount) / most, `${name}: ${f.money(cost)}`)}
    </li>`)}</ul>
    ${table(
      f.t(titles.what_if),
      ["", ...both.map(([name]) => name)],
      [
        line(f.t(labels.cost), (course) => f.money(course.cost)),
        line(f.t(labels.not_covered), (course) => (course.uncovered_on ? f.day(course.uncovered_on) : "–")),
        line(f.t(labels.invoiced), (course) => f.money(course.invoiced)),
        line(f.t(labels.available), (course) => f.money(course.available)),
        line(f.t(labels.owed), (course) => f.money(course.owed)),
      ],
    )}
  `;
}
