// The screen: whether the panel fills it, how much of it a keyboard leaves, and where the focus may go.

const SMALL = "(max-width: 30em), (max-height: 25em)";

/** Calls `changed` whenever the panel begins or ends to fill the screen; says whether it does. */
export function watch(host: HTMLElement, changed: () => void): () => boolean {
  const small = matchMedia(SMALL);
  small.addEventListener("change", changed);
  const seen = globalThis.visualViewport;
  const fit = () => {
    host.style.setProperty("--height", `${seen!.height}px`);
    host.style.setProperty("--top", `${seen!.offsetTop}px`);
  };
  seen?.addEventListener("resize", fit);
  seen?.addEventListener("scroll", fit);
  if (seen) fit();
  return () => small.matches;
}

/** Keeps Tab within the panel. */
export function trap(event: KeyboardEvent, panel: Element): void {
  if (event.key !== "Tab") return;
  const stops = [...panel.querySelectorAll<HTMLElement>("button:not(:disabled), a[href], textarea, summary, [tabindex='0']")].filter(
    (stop) => stop.checkVisibility(),
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (at !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
