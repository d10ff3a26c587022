// <billing-assistant>: one element, one shadow root, everything inside drawn from what `Talk` holds.
import { type TemplateResult, html, nothing } from "lit-html";
import type { Answer, Said } from "../api/messages";
import { Http } from "../api/http";
import type { Kind } from "../api/problem";
import type { BillingAssistantEvents, BillingAssistantOptions, Language } from "../host/types";
import { type Sentence, say, spoken } from "../i18n/language";
import { ChannelLinks, takeToken } from "../talk/link";
import { Memory } from "../talk/memory";
import { Talk } from "../talk/talk";
import { CardFile } from "./cards";
import { sheet } from "./css";
import { launcher, panel } from "./panel";
import { Part } from "./part";
import { trap, watch } from "./screen";
import { styles } from "./styles";
import type { View } from "./view";

export interface Placement {
  script: string;
  base: string;
  language?: string | undefined;
  title?: string | undefined;
  theme?: string | undefined;
  side?: string | undefined;
  open?: boolean;
}

export class BillingAssistantElement extends Part<null> {
  readonly talk: Talk;
  readonly #links: ChannelLinks;
  #language: Language;
  #open: boolean;
  #unread = 0;
  readonly #placement: Placement;
  readonly #isSmall: () => boolean;
  readonly #cards: CardFile;
  #seen: unknown;

  constructor(placement: Placement) {
    super();
    this.#placement = placement;
    const root = (this.root = this.attachShadow({ mode: "open" }));
    root.adoptedStyleSheets = [sheet(styles)];
    this.#cards = new CardFile(placement.script, (cards) => {
      root.adoptedStyleSheets.push(sheet(cards.styles));
      void this.update();
    });
    this.#language = spoken(placement.language, document.documentElement.lang, ...navigator.languages);
    this.#isSmall = watch(this, () => this.update());
    this.#open = !!placement.open && !this.#isSmall();
    this.talk = new Talk(new Http(placement.base, () => this.#language), new Memory(`billing-assistant:${placement.base}:`), {
      changed: () => this.update(),
      said: (messages) => this.#said(messages),
      failed: (kind) => this.#failed(kind),
    });
    this.#links = new ChannelLinks(this.talk, () => this.update());
    this.#shield();
    addEventListener("hashchange", () => this.#ask(takeToken()));
  }

  set language(language: Language) {
    this.#language = language;
    void this.update();
  }

  async start(options: BillingAssistantOptions = {}): Promise<void> {
    const token = takeToken();
    await this.talk.start(options.getToken);
    await this.#ask(token);
  }

  async identify(getToken: NonNullable<BillingAssistantOptions["getToken"]>): Promise<void> {
    await this.talk.identify(getToken);
    await this.#links.signedIn();
  }

  toggle(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#unread = 0;
    this.#tell(open ? "open" : "close", undefined);
    void this.update().then(() => (open ? this.#home() : this.#focus(".launcher")));
  }

  say(text: string, choice?: string): void {
    this.talk.conversation.say(text, choice);
    if (this.#open) this.#home();
  }

  startAnew(): void {
    this.talk.startAnew();
    this.#home();
  }

  protected override template(): TemplateResult {
    const view = this.#view();
    if (this.#open && view.signedIn) this.#cards.want(); // before the first answer comes
    const { theme = "auto", side = "end" } = this.#placement;
    return html`<div class="root" popover="manual" lang=${this.#language} data-theme=${theme} data-side=${side} ?data-modal=${view.modal && view.open} @keydown=${this.#key} @click=${this.#clicked}>
      ${this.#open ? panel(view) : nothing}${launcher(view)}
    </div>`;
  }

  protected override drawn(): void {
    this.#raise();
    const { said, loading, outbox } = this.talk.conversation;
    const now = JSON.stringify([this.#open, said.length, !!this.#cards.cards, outbox.queue, loading, outbox.busy, this.#links.current]);
    if (now === this.#seen) return;
    this.#seen = now;
    const scroller = this.root.querySelector(".scroller");
    if (scroller) scroller.scrollTop = this.#latest() ?? scroller.scrollHeight;
  }

  // Above all of the page, whatever its stacking: what it transforms or makes transparent holds nothing of the top layer.
  #raise(): void {
    const root = this.root.querySelector<HTMLElement>(".root")!;
    if (this.isConnected && !root.matches(":popover-open")) root.showPopover();
  }

  // Where the newest question stands: a long answer is read from its beginning. What is asked about a channel is below all.
  #latest(): number | undefined {
    if (this.#links.current) return undefined;
    return [...this.root.querySelectorAll<HTMLElement>(".own")].at(-1)?.offsetTop;
  }

  #view(): View {
    const { conversation, session } = this.talk;
    const language = this.#language;
    return {
      conversation, language,
      base: this.#placement.base,
      title: this.#placement.title ?? "",
      open: this.#open,
      modal: this.#isSmall(),
      signedIn: session.signedIn,
      unread: this.#unread,
      link: this.#links.current,
      newest: conversation.said.findLast((message): message is Answer => message.role === "assistant") ?? null,
      t: (sentence: Sentence, values) => say(language, sentence, values),
      cards: () => this.#cards.want(),
      reader: (language) => ({ language, zone: this.talk.zone, fetch: (path) => this.talk.call(path) }),
      say: (text, choice) => this.say(text, choice),
      toggle: (open) => this.toggle(open),
      startAnew: () => this.startAnew(),
      reload: () => void this.talk.reload(),
      answerLink: (yes) => void this.#links.answer(yes),
    };
  }

  // A page's rules reach the element itself, though nothing within: what stands here outdoes them.
  #shield(): void {
    this.style.setProperty("all", "initial", "important");
    this.style.setProperty("display", "contents", "important");
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#open && !event.isComposing) this.toggle(false);
    const panel = this.root.querySelector(".panel");
    if (panel && this.#isSmall()) trap(event, panel);
  }

  // A button that is gone after it was pressed, or cannot be pressed again, takes the focus with it.
  #clicked(event: Event): void {
    const button = (event.target as Element).closest("button");
    void this.update().then(() => {
      if (button && this.#open && (!button.isConnected || button.disabled)) this.#home();
    });
  }

  // Where to go on from: the field, unless that would bring up a keyboard unasked.
  #home(): void {
    this.#focus(matchMedia("(pointer: coarse)").matches ? ".scroller" : "textarea");
  }

  #focus(selector: string): void {
    this.root.querySelector<HTMLElement>(selector)?.focus();
  }

  #said(messages: Said[]): void {
    for (const message of messages) {
      const { role, text } = message;
      this.#tell("message", role === "user" ? { role, text } : { role, text, topic: message.topic });
      if (role !== "user" && !this.#open) this.#tell("unread", { count: ++this.#unread });
    }
  }

  #failed(kind: Kind): void {
    this.#tell("error", { kind });
    if (kind === "signin") this.#tell("signin", undefined);
  }

  #tell<Name extends keyof BillingAssistantEvents>(name: Name, detail: BillingAssistantEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  async #ask(token: string | null): Promise<void> {
    if (token === null) return;
    this.#open = true;
    await this.#links.ask(token);
  }
}
