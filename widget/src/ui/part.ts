// The little of an element class that is needed around lit-html: a whole one would cost a tenth of the bundle.
import { type TemplateResult, render } from "lit-html";

/** An element that draws itself into `root`, once after whatever changed. Listeners in its template are its methods. */
export abstract class Part<Data> extends HTMLElement {
  protected root: HTMLElement | ShadowRoot = this; // the panel's styles are meant for what is drawn within it
  #data?: Data;
  #due: Promise<void> | null = null;

  get data(): Data {
    return this.#data!;
  }

  /** What it draws from. */
  set data(data: Data) {
    this.#data = data;
    void this.update();
  }

  /** Draws anew; done when it is on the screen. */
  update(): Promise<void> {
    return (this.#due ??= Promise.resolve().then(() => {
      this.#due = null;
      render(this.template(), this.root, { host: this });
      this.drawn();
    }));
  }

  protected abstract template(): TemplateResult;

  protected drawn(): void {}
}
