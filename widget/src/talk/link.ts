// Connecting a messaging channel: the channel sends its user here with a one-time token in the address.
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

/** What the token would connect, to be asked about. */
export async function preview(talk: Talk, token: string): Promise<ChannelLink> {
  if (!talk.session.signedIn) return { token, state: "signin" };
  return ask(talk, "/v1/channel-links/preview", token, "asked");
}

/** Connects it. */
export const connect = (talk: Talk, token: string) => ask(talk, "/v1/channel-links", token, "linked");

async function ask(talk: Talk, path: string, token: string, state: ChannelLink["state"]): Promise<ChannelLink> {
  try {
    const answer = await talk.call(path, { method: "POST", body: { token } });
    return { token, state, ...(await answer.json()) };
  } catch (error) {
    const kind = (error as { kind?: string }).kind;
    return { token, state: kind === "gone" ? "gone" : kind === "refused" ? "taken" : "failed" };
  }
}
