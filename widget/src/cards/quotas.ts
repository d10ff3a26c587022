// Each service with its use, as a bar where there is a quota.
import { type TemplateResult, html, nothing } from "lit-html";
import * as hints from "../i18n/hints";
import type { Format } from "../i18n/format";
import { bar } from "./parts";
import type { ServiceQuota } from "./types";

export function quotas(f: Format, list: readonly ServiceQuota[]): TemplateResult {
  return html`<ul class="items">${list.map((each) => quota(f, each))}</ul>`;
}

function quota(f: Format, { service, unit, quota, used, spent }: ServiceQuota): TemplateResult {
  const name = f.service(service);
  const amount = quota === null ? f.quantity(used, unit) : f.t(hints.of, { used: f.number(used), total: f.quantity(quota, unit) });
  return html`<li>
    <span class="name">${name}</span><span class="figure">${f.money(spent)}</span><span class="note">${amount}</span>
    ${quota === null ? nothing : bar(Number(used) / Number(quota), `${name}: ${amount}`)}
  </li>`;
}
