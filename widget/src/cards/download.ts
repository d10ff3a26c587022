// Files that are made or fetched here: a link to fetched content, pressed and taken away again.
import { type TemplateResult, html, nothing } from "lit-html";
import * as common from "../i18n/common";
import type { Format } from "../i18n/format";
import { Part } from "../ui/part";
import type { Fetch } from "./types";

export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export interface Downloaded {
  /** What the button says, and what it is called where that is more. */
  label: string;
  called?: string;
  path: string;
  /** The file's. */
  name: string;
  f: Format;
  fetch: Fetch;
}

/** A button that fetches a file with the customer's token, so that no address of it works alone. */
export class Download extends Part<Downloaded> {
  #state: "fetching" | "failed" | null = null;

  protected override template(): TemplateResult {
    const { label, called = label, f } = this.data;
    const state = this.#state;
    return html`<button type="button" class="small" aria-label=${called} aria-disabled=${state === "fetching"} @click=${this.#get}>${label}</button>
      ${state ? html`<span class="note" role="status">${f.t(state === "failed" ? common.failed : common.loading)}</span>` : nothing}`;
  }

  async #get(): Promise<void> {
    if (this.#state === "fetching") return;
    const { path, name, fetch } = this.data;
    this.#state = "fetching";
    void this.update();
    try {
      const answer = await fetch(path);
      download(await answer.blob(), name);
      this.#state = null;
    } catch {
      this.#state = "failed";
    }
    void this.update();
  }
}

export const downloadOf = (file: Downloaded): TemplateResult =>
  html`<billing-assistant-download .data=${file}></billing-assistant-download>`;
