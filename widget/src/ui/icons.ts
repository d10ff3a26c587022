import { svg } from "lit-html";

const icon = (path: string) =>
  svg`<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path}></path></svg>`;

export const chat = icon("M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM8 10h8M8 13h5");
export const cross = icon("M6 6l12 12M18 6L6 18");
export const anew = icon("M4 12a8 8 0 1 0 3-6.2M4 4v4h4");
export const arrow = icon("M12 19V5M6 11l6-6 6 6");
