// Trying again where that may help.
import { type Kind, asProblem } from "../api/problem";

/** Milliseconds before each further try. `running`: the first try is still being answered, for twenty seconds at most. */
const PAUSES: Partial<Record<Kind, number[]>> = {
  lost: [1000, 3000],
  server: [1000, 3000],
  running: [1000, 2000, 4000, 8000, 8000],
};

/** Failures that another try will not mend. */
export const isFinal = (kind: Kind): boolean => kind === "stale" || kind === "refused" || kind === "gone";

/** What `once` gives; the last Problem where no try helped, or `signal` ended the trying. */
export async function persistently<T>(once: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await once();
    } catch (error) {
      const { kind, wait } = asProblem(error);
      const pause = PAUSES[kind]?.[tries];
      if (pause === undefined || signal.aborted || !navigator.onLine) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(pause, wait)));
      if (signal.aborted) throw error;
    }
  }
}
