// The break-even as a chart: what each plan costs by volume of use, and from where on another is the cheapest. Lines are
// told apart by their dashes and the letter at their end, marks by their shape: nothing is said by colour alone.
import { type TemplateResult, html, nothing, svg } from "lit-html";
import * as hints from "../i18n/hints";
import * as labels from "../i18n/labels";
import type { Format, Money } from "../i18n/format";
import { folded, planName } from "./parts";
import type { Crossing, PlanLabel, Volumes } from "./types";

const [WIDTH, HEIGHT] = [340, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [2, 318, 22, 198];
const LINE = 13; // the height of a letter
const DASHES = ["", "9 4", "2 3", "9 4 2 4", "5 3", "14 4", "2 6"];
const ROOM = 1.4; // above what is cheapest at the largest volume
const WIDEST = 2.5; // of that: what costs more without a plan may leave the chart

/** Plans that cost the same at every volume are one line. */
interface Line {
  plans: PlanLabel[];
  totals: number[];
}

interface Scale {
  x: (volume: number) => number;
  y: (amount: number) => number;
  /** What the chart reaches to: an amount, and a volume. */
  top: number;
  last: number;
}

export function volumes({ lines: labelled, points, crossings }: Volumes, f: Format): TemplateResult {
  const at = points.map(({ volume }) => Number(volume));
  const yours = at.indexOf(1);
  const currency = points[0]!.totals[0]!.currency;
  const all = distinct(labelled, points.map(({ totals }) => totals.map(({ amount }) => Number(amount))), yours);
  const scale = scaleOf(all, at, yours);
  const drawn = all.filter(({ totals }) => totals.some((total) => total <= scale.top));
  const beyond = all.filter((line) => !drawn.includes(line)).flatMap(({ plans }) => plans);
  const changes = crossings.map((crossing) => change(crossing, labelled, f));
  const own = labelled.findIndex(({ present }) => present);
  const present = points[yours]?.totals[own];
  const n = f.number(scale.last);
  const said = changes.length ? changes : [f.t(hints.cheapest_throughout, { n })];
  const sentence = f.t(hints.volumes_chart, {
    n,
    plan: labelled[own] ? planName(labelled[own], f) : "",
    total: present ? f.money(present) : "",
    crossings: said.join(" "),
  });
  const heads = [f.t(labels.usage), ...labelled.map((line) => planName(line, f))];
  const cells = points.map(({ volume, totals }) => [times(volume, f), ...totals.map((total) => f.money(total))]);
  return html`<figure class="volumes">
    <h4>${f.t(hints.volumes)}</h4>
    <svg role="img" aria-label=${sentence} viewBox="0 0 ${WIDTH} ${HEIGHT}">
      ${grid(scale, currency, f)}
      <svg aria-hidden="true" x=${LEFT} y=${TOP - 2} width=${RIGHT - LEFT} height=${BOTTOM - TOP + 4} viewBox="${LEFT} ${TOP - 2} ${RIGHT - LEFT} ${BOTTOM - TOP + 4}">
        ${drawn.map((line, index) => curve(line, index, at, scale))}
      </svg>
      ${here(present, scale, f)}
      ${crossings.map((crossing) => mark(crossing, scale, f))}
      ${letters(drawn, at, scale)}
    </svg>
    <ul class="key">${drawn.map(({ plans }, index) => html`<li>
      <svg aria-hidden="true" viewBox="0 0 34 10">${stroke(`M0 5H34`, index, plans)}</svg>
      <b>${letter(index)}</b> ${plans.map((plan) => planName(plan, f)).join(" · ")} ${plans.some(({ present }) => present) ? html`<span class="tag">${f.t(hints.present)}</span>` : nothing}
    </li>`)}</ul>
    ${beyond.length ? html`<p class="note">${f.t(hints.beyond, { plans: beyond.map((plan) => planName(plan, f)).join(" · ") })}</p>` : nothing}
    <ul class="changes">${said.map((text) => html`<li>${text}</li>`)}</ul>
    ${folded(f, f.t(hints.volumes), heads, cells)}
  </figure>`;
}

function distinct(labelled: PlanLabel[], totals: number[][], yours: number): Line[] {
  const found = new Map<string, Line>();
  labelled.forEach((plan, index) => {
    const own = totals.map((each) => each[index]!);
    const line = found.get(own.join()) ?? { plans: [], totals: own };
    line.plans.push(plan);
    found.set(own.join(), line);
  });
  return [...found.values()].sort((one, other) => one.totals[yours]! - other.totals[yours]!);
}

function scaleOf(lines: Line[], at: number[], yours: number): Scale {
  const cheapest = Math.max(...at.map((_, index) => Math.min(...lines.map(({ totals }) => totals[index]!))));
  const without = lines.find(({ plans }) => plans.some(({ plan }) => !plan))?.totals.at(-1) ?? 0;
  const present = lines.find(({ plans }) => plans.some((plan) => plan.present))?.totals[yours] ?? 0;
  const top = Math.max(cheapest * ROOM, without <= cheapest * WIDEST ? without * 1.05 : 0, present * 1.15) || 1;
  const last = at.at(-1)!;
  return { top, last, x: (volume) => LEFT + ((RIGHT - LEFT) * volume) / last, y: (amount) => BOTTOM - ((BOTTOM - TOP) * amount) / top };
}

function change({ volume, total, to_plan, to_interval }: Crossing, labelled: PlanLabel[], f: Format): string {
  const to = labelled.find(({ plan, interval }) => plan === to_plan && interval === to_interval);
  return f.t(hints.cheapest_from, { n: f.number(volume), plan: to ? planName(to, f) : "", total: f.money(total) });
}

const times = (volume: string | number, f: Format): string => f.t(hints.times, { n: f.number(volume) });

const letter = (index: number): string => String.fromCharCode(65 + index);

function grid({ x, y, top, last }: Scale, currency: string, f: Format): TemplateResult {
  const step = nice(top / 3);
  const sums = Array.from({ length: Math.floor(top / step) }, (_, index) => step * (index + 1)).filter((sum) => y(sum) > TOP + LINE / 2);
  const volumes = Array.from({ length: Math.floor(last) + 1 }, (_, index) => index);
  return svg`<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}${volumes.map((volume) => `M${x(volume)} ${BOTTOM}v4`).join("")}"></path>
    ${sums.map((sum) => svg`<path class="rule" d="M${LEFT} ${y(sum)}H${RIGHT}"></path><text x=${LEFT} y=${y(sum) - 3}>${whole({ amount: String(sum), currency }, f)}</text>`)}
    ${volumes.map((volume) => svg`<text x=${x(volume)} y=${BOTTOM + 17} text-anchor=${volume ? (volume === last ? "end" : "middle") : "start"}>${times(volume, f)}</text>`)}` as TemplateResult;
}

// A rule's sum has no coins that need be written.
const whole = (sum: Money, f: Format): string => f.money(sum).replace(/\.00$/, "");

function nice(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (rough < 2 * power ? 1 : rough < 5 * power ? 2 : 5);
}

function stroke(path: string, index: number, plans: PlanLabel[]): TemplateResult {
  return svg`<path class=${plans.some(({ present }) => present) ? "line own" : "line"} stroke-dasharray=${DASHES[index % DASHES.length]!} d=${path}></path>` as TemplateResult;
}

function curve({ plans, totals }: Line, index: number, at: number[], { x, y }: Scale): TemplateResult {
  return stroke(`M${totals.map((total, number) => `${x(at[number]!)} ${y(total)}`).join("L")}`, index, plans);
}

function here(total: Money | undefined, { x, y }: Scale, f: Format): TemplateResult {
  return svg`<path class="here" d="M${x(1)} ${TOP - 4}V${BOTTOM}"></path>
    ${total ? svg`<circle class="here" cx=${x(1)} cy=${y(Number(total.amount))} r="4.5"></circle>` : nothing}
    <text class="strong" x=${x(1)} y=${TOP - 9} text-anchor="middle">${f.t(hints.here)}</text>` as TemplateResult;
}

// A diamond on the line that becomes the cheapest, and the volume beneath it.
function mark({ volume, total }: Crossing, { x, y, last }: Scale, f: Format): TemplateResult {
  const [across, down] = [x(Number(volume)), y(Number(total.amount))];
  const [anchor, aside] = Number(volume) < last / 8 ? ["start", 8] : ["middle", 0];
  const under = down + 20 < BOTTOM ? down + 20 : down - 10;
  return svg`<path class="mark" d="M${across} ${down - 6}l6 6l-6 6l-6 -6z"></path>
    <text class="strong" x=${across + Number(aside)} y=${under} text-anchor=${anchor}>${times(volume, f)}</text>` as TemplateResult;
}

// At each line's end, moved apart where lines end beside each other.
function letters(drawn: Line[], at: number[], { x, y, top }: Scale): TemplateResult[] {
  const ends = drawn.map(({ totals }, index) => ({ index, ...end(totals, at, top) })).sort((one, other) => y(one.amount) - y(other.amount));
  let lowest = TOP - LINE;
  const placed = ends.map((each) => {
    lowest = Math.max(y(each.amount) + 4, lowest + (each.leaves ? 0 : LINE));
    return { ...each, down: each.leaves ? TOP + LINE : lowest };
  });
  let highest = BOTTOM + LINE + 4;
  for (const each of placed.filter(({ leaves }) => !leaves).reverse()) highest = each.down = Math.min(each.down, highest - LINE);
  return placed.map(({ index, volume, leaves, down }) => svg`<text class="strong" x=${x(volume) + (leaves ? 10 : 6)} y=${down}>${letter(index)}</text>` as TemplateResult);
}

function end(totals: number[], at: number[], top: number): { volume: number; amount: number; leaves: boolean } {
  const over = totals.findIndex((total) => total > top);
  if (over < 1) return { volume: at.at(-1)!, amount: totals.at(-1)!, leaves: false };
  const [below, above] = [totals[over - 1]!, totals[over]!];
  const share = (top - below) / (above - below);
  return { volume: at[over - 1]! + share * (at[over]! - at[over - 1]!), amount: top, leaves: true };
}
