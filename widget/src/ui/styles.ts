// All styles, as one constructable sheet: a strict `style-src` of the host page has nothing to refuse. Sizes are in em of
// the reader's own default, which no page's root font size changes.
import { css } from "./css";

const colours = css`
  .root {
    all: initial;
    --brand: var(--billing-assistant-brand, light-dark(#1f5fbf, #8ab6ff));
    --on-brand: var(--billing-assistant-on-brand, light-dark(#fff, #0c1626));
    --ground: var(--billing-assistant-ground, light-dark(#f6f7f9, #12161d));
    --surface: var(--billing-assistant-surface, light-dark(#fff, #1c222c));
    --ink: var(--billing-assistant-ink, light-dark(#1b2330, #e8ecf2));
    --soft: var(--billing-assistant-soft, light-dark(#566073, #a9b3c3));
    --line: var(--billing-assistant-line, light-dark(#d3d9e2, #39424f));
    --own: var(--billing-assistant-own, light-dark(#dfeafb, #23395c));
    --bad: var(--billing-assistant-bad, light-dark(#a3211a, #ffb3ac));
    --bad-ground: var(--billing-assistant-bad-ground, light-dark(#fdeceb, #431b19));
    --radius: var(--billing-assistant-radius, 1em);
    color-scheme: light dark;
    color: var(--ink);
    font-family: var(--billing-assistant-font, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    font-size: medium;
    line-height: 1.5;
  }
  .root[data-theme="light"] { color-scheme: light; }
  .root[data-theme="dark"] { color-scheme: dark; }
  :lang(ja) { line-break: strict; word-break: auto-phrase; }
  :lang(ko) { word-break: keep-all; }
`;

const base = css`
  * { box-sizing: border-box; }
  button, textarea { font: inherit; color: inherit; margin: 0; }
  button { cursor: pointer; background: var(--surface); border: 1px solid var(--brand); border-radius: .75em; color: var(--brand); padding: .35em 1em; min-height: 2.5em; }
  button:hover:not(:disabled), button[aria-pressed="true"] { background: var(--brand); color: var(--on-brand); }
  button:disabled { border-color: var(--line); color: var(--soft); cursor: default; }
  button[aria-disabled="true"] { opacity: .6; }
  .small { min-height: 2em; padding: .1em .75em; font-size: .875em; }
  :focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  h2, h3, p, ul, dl, dd, figure { margin: 0; padding: 0; font-weight: normal; font-size: inherit; }
  ul { list-style: none; }
  b { font-weight: 600; }
  a { color: var(--brand); }
`;

const frame = css`
  .launcher, .panel { position: fixed; inset-inline-end: 1.25em; box-shadow: 0 .25em 1.5em #0004; }
  .root[data-side="start"] :is(.launcher, .panel) { inset-inline: 1.25em auto; }
  .launcher { inset-block-end: 1.25em; width: 3.5em; height: 3.5em; padding: 0; border-radius: 50%; display: grid; place-items: center; }
  .launcher, .launcher:hover:not(:disabled) { background: var(--brand); color: var(--on-brand); border: 2px solid var(--surface); }
  .badge { position: absolute; inset-block-start: -.6em; inset-inline-end: -.2em; padding: .05em .5em; border-radius: 1em; background: var(--bad); color: light-dark(#fff, #000); font-size: .75em; white-space: nowrap; }
  .panel { inset-block-end: 5.75em; width: min(27em, 100vw - 2.5em); height: min(46em, 100dvh - 7em); display: grid; grid-template-rows: auto minmax(0, 1fr) auto; overflow: hidden; background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius); }
  .panel > *, .launcher > * { direction: ltr; }
  .root[data-modal] .panel { inset: var(--top, 0) 0 auto; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0; }
  .root[data-modal] .launcher { display: none; }
  .head { display: flex; align-items: center; gap: .25em; padding: .4em .5em .4em 1em; background: var(--surface); border-block-end: 1px solid var(--line); }
  .head h2 { flex: 1; font-weight: 600; overflow-wrap: anywhere; }
  .quiet { border: 0; padding: 0; width: 2.5em; display: grid; place-items: center; color: var(--soft); }
  .scroller { overflow: hidden auto; overscroll-behavior: contain; padding: 1em; position: relative; }
  .scroller:focus-visible { outline-offset: -3px; }
  .composer { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .25em .5em; align-items: end; padding: .6em .75em max(.5em, env(safe-area-inset-bottom)); background: var(--surface); border-block-start: 1px solid var(--line); }
  textarea { resize: none; padding: .5em .75em; border: 1px solid var(--soft); border-radius: .75em; background: var(--ground); }
  textarea::placeholder { color: var(--soft); opacity: 1; }
  .send { width: 2.75em; height: 2.75em; padding: 0; display: grid; place-items: center; background: var(--brand); color: var(--on-brand); }
  #hint { grid-column: 1 / -1; }
  .root[data-modal] #hint { display: none; }
`;

const messages = css`
  .message { width: fit-content; max-width: 100%; margin-block-end: .6em; padding: .5em .85em; background: var(--surface); border: 1px solid var(--line); border-radius: 1em 1em 1em .25em; overflow-wrap: anywhere; position: relative; }
  .message:has(.card) { width: 100%; }
  .own { margin-inline-start: auto; max-width: 85%; background: var(--own); border-color: transparent; border-radius: 1em 1em .25em 1em; }
  .text { white-space: pre-wrap; }
  .links { margin-block-start: .4em; display: grid; gap: .2em; }
  .buttons { display: flex; flex-wrap: wrap; gap: .5em; margin-block-start: .6em; }
  .rating { display: flex; flex-wrap: wrap; gap: .4em; align-items: center; margin-block-end: .75em; }
  .note, .state, .status { color: var(--soft); font-size: .875em; }
  .state { text-align: end; margin-block-end: .6em; }
  .problem { display: flex; flex-wrap: wrap; gap: .4em .75em; align-items: center; justify-content: end; padding: .5em .75em; margin-block-end: .6em; border-radius: .75em; color: var(--bad); background: var(--bad-ground); text-align: start; font-size: .9375em; }
  .problem span { flex: 1 1 12em; }
  .status { display: flex; align-items: center; gap: .5em; }
  .dots { flex: none; width: 2em; height: .5em; background: radial-gradient(circle, currentColor 45%, transparent 50%) 0 / .6667em 100%; animation: breathe 1.2s ease-in-out infinite; }
  @keyframes breathe { 50% { opacity: .25; } }
  .welcome { display: grid; gap: .6em; margin-block-end: 1em; }
  .welcome h3 { font-size: 1.375em; line-height: 1.3; }
  .welcome p { color: var(--soft); }
  .welcome ul { display: grid; gap: .5em; }
  .welcome button { width: 100%; text-align: start; min-height: 2.75em; }
`;

const preferences = css`
  @media print { .root { display: none; } }
  @media (prefers-reduced-motion: reduce) { .dots { animation: none; } }
  @media (prefers-contrast: more) { .root { --soft: var(--ink); --line: var(--ink); } }
  @media (forced-colors: active) {
    .root { --brand: Highlight; --line: CanvasText; }
    .launcher, .send { border: 2px solid ButtonText; }
    button[aria-pressed="true"] { border-width: 3px; }
  }
`;

export const styles = [colours, base, frame, messages, preferences].join("");
