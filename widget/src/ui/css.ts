// Marks what the build makes small.
export const css = String.raw;

/** A sheet that a shadow root adopts. */
export function sheet(styles: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(styles);
  return made;
}
