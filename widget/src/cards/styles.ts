// What only cards wear; added to the panel's own when they come.
import { css } from "../ui/css";

export const styles = css`
  .card { margin-block-start: .6em; padding-block-start: .5em; border-block-start: 1px solid var(--line); font-size: .9375em; }
  .card h3 { font-weight: 600; margin-block-end: .25em; }
  .lead { font-size: 1.125em; margin-block-end: .25em; }
  dl div { display: flex; justify-content: space-between; gap: 1em; padding: .15em 0; }
  dt { color: var(--soft); }
  dd { text-align: end; text-wrap: balance; font-variant-numeric: tabular-nums; }
  .tag { display: inline-block; padding: 0 .5em; border: 1px solid var(--line); border-radius: 1em; font-size: .8125em; color: var(--soft); font-weight: normal; white-space: nowrap; }
  .items { margin-block: .5em; display: grid; gap: .6em; }
  .items li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .75em; align-items: center; }
  .figure { text-align: end; font-variant-numeric: tabular-nums; }
  billing-assistant-download { display: contents; }
  .items .note { grid-column: 1 / -1; }
  .items li:has(.small) .note { grid-column: 1; }
  .items .small { grid-column: 2; justify-self: end; margin-block-start: .25em; }
  .items details.note { grid-column: 1 / -1; }
  .tree { display: grid; gap: .25em; list-style: none; padding: 0; }
  .tree details details { padding-inline-start: 1em; }
  progress { grid-column: 1 / -1; display: block; width: 100%; height: .5em; margin-block: .2em; appearance: none; border: 0; border-radius: 1em; overflow: hidden; background: var(--line); }
  progress::-webkit-progress-bar { background: var(--line); }
  progress::-webkit-progress-value { background: var(--brand); }
  progress::-moz-progress-bar { background: var(--brand); }
  .choice { display: flex; gap: .4em; margin-block: .5em; }
  .chart { touch-action: pan-y; border-block-end: 1px solid var(--soft); }
  .chart svg { display: block; width: 100%; height: 5.5em; fill: var(--brand); }
  .chart .at { fill: var(--ink); }
  .volumes { margin-block-start: .75em; }
  .volumes h4 { margin: 0; font-weight: 600; font-size: 1em; }
  .volumes > svg { display: block; width: 100%; height: auto; overflow: visible; }
  .volumes text { font-size: 12px; fill: var(--soft); stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; font-variant-numeric: tabular-nums; }
  .volumes .strong { fill: var(--ink); font-weight: 600; }
  .volumes path { fill: none; stroke: var(--soft); stroke-width: 1px; }
  .volumes .rule { stroke: var(--line); }
  .volumes .line { stroke: var(--ink); stroke-width: 1.5px; }
  .volumes .own { stroke: var(--brand); stroke-width: 3px; }
  .volumes .here { stroke: var(--brand); fill: var(--surface); stroke-width: 2px; }
  .volumes path.here { stroke-width: 1px; }
  .volumes .mark { fill: var(--ink); stroke: var(--surface); }
  .key { margin-block: .25em; display: grid; gap: .15em; font-size: .8125em; }
  .key svg { width: 2.6em; height: .75em; margin-inline-end: .4em; }
  .changes { margin-block: .4em; padding-inline-start: 1.25em; list-style: "\25C6  "; }
  figcaption { display: flex; justify-content: space-between; color: var(--soft); font-size: .8125em; }
  output { display: block; min-height: 1.5em; }
  summary { cursor: pointer; padding: .25em 0; color: var(--brand); }
  .wide { overflow: auto; max-height: 15em; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: .25em 0 .25em .75em; text-align: end; border-block-end: 1px solid var(--line); font-weight: normal; white-space: nowrap; }
  th:first-child { text-align: start; padding-inline-start: 0; }
  thead th { color: var(--soft); white-space: normal; }
  @media (forced-colors: active) {
    progress { border: 1px solid CanvasText; forced-color-adjust: none; background: Canvas; }
    progress::-webkit-progress-bar { background: Canvas; }
    .chart svg { forced-color-adjust: none; fill: CanvasText; }
    .chart .at { fill: Highlight; }
    .volumes svg { forced-color-adjust: none; }
    .volumes :is(path, circle) { stroke: CanvasText; }
    .volumes :is(.own, .here) { stroke: Highlight; }
    .volumes circle { fill: Canvas; }
    .volumes .mark { fill: CanvasText; stroke: Canvas; }
    .volumes text { fill: CanvasText; stroke: Canvas; }
  }
`;
