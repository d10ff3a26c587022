// Cards as the gateway sends them: `billing`'s own schemas, with the kind beside.
import type { Money, Period } from "../i18n/format";

export interface ServiceQuota {
  service: string;
  unit: string;
  quota: string | null;
  used: string;
  remaining: string | null;
  spent: Money;
}

export interface ServiceSpend {
  service: string;
  unit: string;
  quantity: string;
  spend: Money;
}

export interface PlanCard {
  kind: "plan";
  names: Record<string, string>;
  status: string;
  interval: string;
  services: string[];
  all_services: boolean;
  starts_on: string;
  ends_on: string;
  days_left: number;
  price: Money;
  amount: Money;
  used: Money;
  remaining: Money;
  used_percent: string;
  payment_option: string;
  payment_status: string;
  quotas: ServiceQuota[];
  paused_until: string | null;
  cancelled: boolean;
  due_on: string | null;
  awaits_payment?: { amount: Money; invoice: string } | null;
  valid_until?: string | null;
  next: { plan: string; interval: string; starts_on: string; ends_on: string } | null;
}

export interface BalanceCard {
  kind: "balance";
  available: Money;
  plan: Money;
  vouchers: { id: string; remaining: Money; expires_on: string | null; services: string[] }[];
  top_up: Money;
  owed: Money;
  pending_top_ups: Money;
  as_of: string;
}

export interface UsageBucket {
  from: string;
  to: string;
  sessions: number;
  spend: Money;
  services: ServiceSpend[];
}

export interface UsageCard {
  kind: "usage";
  period: Period;
  sessions: number;
  spend: Money;
  previous_sessions: number;
  previous_spend: Money;
  services: ServiceSpend[];
  series: UsageBucket[];
}

export interface ServicesCard {
  kind: "services";
  period: Period;
  services: ServiceQuota[];
  total: Money;
}

export interface CreditEntry {
  id: string;
  at: string;
  kind: string;
  service: string | null;
  bucket: string;
  amount: Money;
}

export interface CreditHistoryCard {
  kind: "credit_history";
  entries: CreditEntry[];
  next_cursor: string | null;
}

export interface Invoice {
  number: string;
  issued_on: string;
  due_on: string;
  period: Period;
  status: string;
  total: Money;
  due: Money;
  pdf: string;
}

export interface InvoicesCard {
  kind: "invoices";
  invoices: Invoice[];
}

export interface ForecastCard {
  kind: "forecast";
  runs_out_on: string | null;
  earliest_on: string | null;
  latest_on: string | null;
  available: Money;
  daily_average: Money;
  basis_days: number;
  days_left: number | null;
  reason: string | null;
  plan: { runs_out_on: string | null } | null;
}

/** `plan` null: doing without one. */
export interface PlanOption {
  plan: string | null;
  names: Record<string, string>;
  interval: string | null;
  price: Money;
  overage: Money;
  total: Money;
  present: boolean;
  best: boolean;
}

export type PlanLabel = Pick<PlanOption, "plan" | "names" | "interval" | "present">;

/** `volume`: times the use that there was. `totals` in the order of the lines. */
export interface VolumePoint {
  volume: string;
  totals: Money[];
}

/** From its volume on another plan is the cheapest. */
export interface Crossing {
  volume: string;
  total: Money;
  to_plan: string | null;
  to_interval: string | null;
}

export interface Volumes {
  lines: PlanLabel[];
  points: VolumePoint[];
  crossings: Crossing[];
}

/** Messages of before the chart was have no volumes. */
export interface PlansCard extends Partial<Volumes> {
  kind: "plans";
  period: Period;
  options: PlanOption[];
  saving: Money | null;
}

/** How it goes until the last day; `uncovered_on`: the first day that credit does not pay for. */
export interface Course {
  uncovered_on: string | null;
  invoiced: Money;
  cost: Money;
  available: Money;
  owed: Money;
}

export interface WhatIfCard {
  kind: "what_if";
  period: Period;
  present: Course;
  changed: Course;
  dearer_by: Money;
}

export interface PlanTerms {
  names: Record<string, string>;
  interval: string;
  services: string[];
  all_services: boolean;
  starts_on: string;
  ends_on: string;
  price: Money;
  amount: Money;
  payment_option: string;
  deposit: Money | null;
  due_now: Money;
  due_later: Money | null;
  due_on: string | null;
  begins_once_paid?: boolean;
}

export interface TopUpTerms {
  kind: "confirmation";
  amount: Money;
  pays_owed: Money;
  method: string;
}

export interface VoucherTerms {
  kind: "confirmation";
  amount: Money;
  services: string[];
  expires_on: string | null;
}

export interface PlanActionTerms {
  kind: "confirmation";
  action: string;
  names: Record<string, string>;
  interval: string;
  effective_on: string;
  begins: PlanTerms | null;
  credited: Money | null;
  lost: Money | null;
  kept: Money | null;
  pause_days_left: number | null;
  resumes_by: string | null;
  ends_on: string | null;
  valid_until?: string | null;
}

export type ConfirmationCard = TopUpTerms | VoucherTerms | PlanActionTerms;

export interface TopUpReceipt {
  kind: "receipt";
  id: string;
  number: string | null;
  status: string;
  amount: Money;
  pays_owed: Money;
  method: string;
  reference: string | null;
  balance: Money;
  at: string;
}

export interface VoucherReceipt {
  kind: "receipt";
  id: string;
  amount: Money;
  services: string[];
  credited_at: string;
  expires_on: string | null;
}

export interface PlanReceipt {
  kind: "receipt";
  action: string;
  number: string;
  effective_on: string;
  credited: Money | null;
  invoice: string | null;
  at: string;
}

/** `file`: where the signed receipt is. */
export type ReceiptCard = (TopUpReceipt | VoucherReceipt | PlanReceipt) & { file?: string };

export interface RequestsCard {
  kind: "requests";
  requests: {
    id: string;
    kind: string;
    state: string;
    message: string;
    created_at: string;
    answer: string | null;
  }[];
}

/** `deeper`: it has entries, uses or lines below it. */
export interface ExplainedFigure {
  formula: string;
  of: string;
  words: string;
  deeper: boolean;
}

/** `answer`: whose figures they are. `step`: how far down the customer asked. */
export interface ExplanationCard {
  kind: "explanation";
  answer: string;
  step: number;
  figures: ExplainedFigure[];
  service_names?: Record<string, string>;
}

export interface TracedUse {
  at: string;
  service: string;
  quantity: string;
  amount: Money;
}

export interface TracedEntry {
  at: string;
  kind: string;
  service: string | null;
  amount: Money;
  uses: TracedSource | null;
}

export interface TracedSource {
  kind: string;
  ref: string;
  count: number;
  sum: Money | null;
  entries: TracedEntry[];
  events: TracedUse[];
  lines: { text_key: string; service: string | null; amount: Money }[];
}

/** An answer said again, as `/v1/account/answers/{id}/replay` tells it. */
export interface Replay {
  messages: { today: { text: string }; identical: boolean }[];
}

/** Where the figures of an answer came from, as `/v1/account/answers/{id}/trace` tells it. */
export interface Trace {
  messages: { figures: { formula: string; of: string; sources: TracedSource[] }[] }[];
}

/** `service_names`: how the services that the card names by their ids are called in the message's language. */
export type Card = { service_names?: Record<string, string> } & (
  | BalanceCard
  | ConfirmationCard
  | CreditHistoryCard
  | ExplanationCard
  | ForecastCard
  | InvoicesCard
  | PlanCard
  | PlansCard
  | ReceiptCard
  | RequestsCard
  | ServicesCard
  | UsageCard
  | WhatIfCard
);

/** Fetches as the customer. */
export type Fetch = (path: string) => Promise<Response>;
