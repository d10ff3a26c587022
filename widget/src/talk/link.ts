// Connecting a messaging channel: the channel sends its user here with a one-time token in the address.
import { asProblem } from "../api/problem";
import type { Talk } from "./talk";

const MARK = "#link-channel=";

export interface ChannelLink {
  token: string;
  state: "asked" | "signin" | "linked" | "gone" | "taken" | "failed";
  channel?: string;
  name?: string;
}

/** The token in the page's address, taken out of it so that it stays in no history; null where there is none. */
export function takeToken(): string | null {
  if (!location.hash.startsWith(MARK)) return null;
  const token = decodeURIComponent(location.hash.slice(MARK.length));
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}

export class ChannelLinks {
  /** What is asked or told now. */
  current: ChannelLink | null = null;

  constructor(
    readonly talk: Talk,
    readonly changed: () => void,
  ) {}

  /** Asks the signed-in customer whether to connect what the token stands for. */
  async ask(token: string): Promise<void> {
    const { signedIn } = this.talk.session;
    this.#show(signedIn ? await this.#call("/v1/channel-links/preview", { token, state: "asked" }) : { token, state: "signin" });
  }

  /** Asks now, where that waited for a sign-in. */
  async signedIn(): Promise<void> {
    if (this.current?.state === "signin") await this.ask(this.current.token);
  }

  /** The customer's answer: connects, or puts the question away. */
  async answer(yes: boolean): Promise<void> {
    const link = this.current!;
    this.#show(null);
    if (yes) this.#show(await this.#call("/v1/channel-links", { ...link, state: "linked" }));
  }

  async #call(path: string, link: ChannelLink): Promise<ChannelLink> {
    try {
      const answer = await this.talk.call(path, { method: "POST", body: { token: link.token } });
      return { ...link, ...(await answer.json()) };
    } catch (error) {
      const { kind } = asProblem(error);
      return { ...link, state: kind === "gone" ? "gone" : kind === "refused" ? "taken" : "failed" };
    }
  }

  #show(link: ChannelLink | null): void {
    this.current = link;
    this.changed();
  }
}
