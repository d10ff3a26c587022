"""Everything that crosses the door of billing, as frozen Pydantic models.

Money is `{"amount": "12.50", "currency": "USD"}` in JSON: a decimal string, never a number. Times are aware, in the
account's zone; days are dates in it. Quantities are decimals in the service's unit.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from billing.money import Money


def _money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if isinstance(value, dict) and value.keys() == {"amount", "currency"} and isinstance(value["amount"], str):
        return Money.of(value["amount"], value["currency"])
    raise ValueError('money is {"amount": "12.50", "currency": "USD"}')


MoneyField = Annotated[
    Money,
    PlainValidator(_money),
    PlainSerializer(lambda money: {"amount": money.plain(), "currency": money.currency}),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"amount": {"type": "string", "examples": ["12.50"]}, "currency": {"type": "string"}},
            "required": ["amount", "currency"],
        }
    ),
]

PlanStatus = Literal["pending_confirmation", "active", "paused", "pending_renewal", "expired"]
Interval = Literal["monthly", "yearly"]
PaymentOption = Literal["full_upfront", "partial_upfront", "pay_later"]
PaymentStatus = Literal["paid", "partly_paid", "unpaid", "overdue"]
Method = Literal["card", "e_wallet", "bank_transfer"]
Bucket = Literal["plan", "voucher", "top_up", "owed"]
SupportTier = Literal["basic", "standard", "premium"]
RequestState = Literal["open", "delivered", "in_progress", "offered", "answered", "won", "lost", "closed"]
Granularity = Literal["day", "week", "month"]
Settles = Literal["now", "after_transfer", "after_payment"]
PaymentState = Literal["created", "waiting", "processing", "succeeded", "failed", "cancelled", "expired"]
PaymentFailure = Literal[
    "declined",
    "insufficient_funds",
    "card_expired",
    "card_details_wrong",
    "authentication_required",
    "authentication_failed",
    "amount_differs",
    "provider_refused",
]


class Schema(BaseModel):
    """Frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


class Period(Schema):
    """Days, both inclusive."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.to < self.from_:
            raise ValueError("a period ends no earlier than it begins")
        return self


class Account(Schema):
    """A customer's account."""

    id: str
    name: str
    currency: str
    time_zone: str
    language: str
    support_tier: SupportTier


class ServiceQuota(Schema):
    """A service's use in a period; `quota` None: no limit of its own."""

    service: str
    unit: str
    quota: Decimal | None
    used: Decimal
    remaining: Decimal | None
    spent: MoneyField


class NextPeriod(Schema):
    """The period that was confirmed to come after the present one."""

    plan: str
    interval: Interval
    starts_on: date
    ends_on: date


class AwaitedPayment(Schema):
    """What a confirmed plan waits for: it begins once `amount` of the invoice `invoice` is paid, not before its day."""

    amount: MoneyField
    invoice: str
    method: Method
    due_on: date


class PlanDetail(Schema):
    """The newest billing plan of an account, as of now.

    `paused_until`: the day on which a pause ends by itself; `ends_on` and `days_left` are then those of resuming now.
    `cancelled`: it ends with its period. `due_on`: the day by which what is open must be paid. `awaits_payment`: it is
    confirmed and begins once that is paid. `valid_until`: the last day on which an offer can be confirmed.
    """

    plan: str
    names: dict[str, str]
    status: PlanStatus
    interval: Interval
    services: list[str]
    all_services: bool
    starts_on: date
    ends_on: date
    days_left: int
    price: MoneyField
    amount: MoneyField
    used: MoneyField
    remaining: MoneyField
    used_percent: Decimal
    payment_option: PaymentOption
    payment_status: PaymentStatus
    ended_by: Literal["amount", "period", "change"] | None
    quotas: list[ServiceQuota]
    number: str = ""
    paused_until: date | None = None
    cancelled: bool = False
    due_on: date | None = None
    next: NextPeriod | None = None
    awaits_payment: AwaitedPayment | None = None
    valid_until: date | None = None


class VoucherCredit(Schema):
    """What is left of a voucher; no services: good for all."""

    id: str
    remaining: MoneyField
    expires_on: date | None
    services: list[str]


class Balance(Schema):
    """What an account can still spend, bucket by bucket; `position`: its newest transaction in the ledger."""

    currency: str
    available: MoneyField
    plan: MoneyField
    vouchers: list[VoucherCredit]
    voucher_total: MoneyField
    top_up: MoneyField
    owed: MoneyField
    pending_top_ups: MoneyField
    as_of: datetime
    position: int


class AllowedSessions(Schema):
    """Bot sessions that the plan's quota and the remaining credit cover; `rate` is the on-demand price of one."""

    sessions: int
    from_plan: int
    from_credit: int
    rate: MoneyField
    available: MoneyField


class UsageDay(Schema):
    """One day's bot sessions and spend on all services."""

    day: date
    sessions: int
    spend: MoneyField


class ServiceSpend(Schema):
    """One service's quantity and spend."""

    service: str
    unit: str
    quantity: Decimal
    spend: MoneyField


class UsageBucket(Schema):
    """A day, week (Monday to Sunday) or month of a report, or the part of it that the period holds."""

    from_: date = Field(alias="from")
    to: date
    sessions: int
    spend: MoneyField
    services: list[ServiceSpend]


class UsageTrend(Schema):
    """The change against the period of the same length before; a percentage None: there was nothing before."""

    sessions: int
    sessions_percent: Decimal | None
    spend: MoneyField
    spend_percent: Decimal | None


class UsageReport(Schema):
    """Use over a period, beside the period of the same length before it, and in steps of the granularity."""

    period: Period
    sessions: int
    spend: MoneyField
    previous_sessions: int
    previous_spend: MoneyField
    days: list[UsageDay]
    services: list[ServiceSpend]
    granularity: Granularity
    series: list[UsageBucket]
    trend: UsageTrend


class ServiceUsage(Schema):
    """Each service's use: in the plan's period, the last 30 days without a plan, or the period that was asked for."""

    period: Period
    services: list[ServiceQuota]
    total: MoneyField


class CreditEntry(Schema):
    """A line of the credit history: signed, money in is positive. Usage is grouped by day, service and bucket."""

    id: str
    at: datetime
    kind: Literal["top_up", "voucher", "voucher_expired", "usage", "plan", "invoice", "correction", "refund", "dispute"]
    service: str | None
    bucket: Bucket
    amount: MoneyField


class CreditHistory(Schema):
    """A page of the credit history, newest first."""

    entries: list[CreditEntry]
    next_cursor: str | None


class InvoiceLine(Schema):
    """A line of an invoice; `text_key` names what it is for."""

    text_key: str
    service: str | None
    quantity: Decimal
    amount: MoneyField


class Invoice(Schema):
    """An invoice; its lines add up to its total. `due` is what is neither paid nor `credited` by a credit note.

    `deposit` is the part that is due by `deposit_due_on` already.
    """

    number: str
    issued_on: date
    due_on: date
    period: Period
    status: PaymentStatus
    total: MoneyField
    paid: MoneyField
    credited: MoneyField
    due: MoneyField
    credit_notes: list[str]
    deposit: MoneyField | None = None
    deposit_due_on: date | None = None
    lines: list[InvoiceLine]


class Card(Schema):
    """A saved card, as far as it may be shown; `expires` is its last month, `2030-12`."""

    id: str
    brand: str
    last4: str
    expires: str
    default: bool


class Payment(Schema):
    """A payment through a provider: of a top-up or of an invoice, whose `number` it has.

    `created`: the provider is being asked. `waiting`: for the customer, until `expires_at`. `processing`: the customer
    has done their part. `failed`: the last try was refused (`failure` says why); another may follow until `expires_at`.
    `succeeded`, `cancelled` and `expired` are final, but for money that comes all the same, which is credited.
    `card`: the saved card that it was asked of. `refunded`: what went back, or is going back.
    """

    id: str
    account: str
    purpose: Literal["top_up", "invoice"]
    number: str
    amount: MoneyField
    method: Method
    state: PaymentState
    failure: PaymentFailure | None
    card: Card | None
    refunded: MoneyField
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None


class TopUpLimits(Schema):
    """What a top-up may be."""

    minimum: MoneyField
    maximum: MoneyField
    methods: list[Method]


class TopUpTerms(Schema):
    """The exact terms of a top-up, to be confirmed; `pays_owed` is what of the amount would pay what is owed now.

    `card`: the saved card that is charged; hand its id to `recharge`. None: the customer is asked for a card.
    """

    amount: MoneyField
    pays_owed: MoneyField
    method: Method
    provider: str
    minimum: MoneyField
    maximum: MoneyField
    settles: Settles
    card: Card | None = None


class Receipt(Schema):
    """A top-up that was made (`completed`), is waited for (`pending`) or was given up (`cancelled`).

    `reference` is what to write on a transfer, `payment` the payment through a provider that is waited for.

    `amount` is what came, `asked` what a bank transfer was to bring where that was another amount.
    `number` is the receipt's, once the money came. `pays_owed` is what of the amount paid what was owed; the rest is
    credit. `balance` is all that could be spent then. `signed` is the id of the signed receipt, once the money came.
    """

    id: str
    number: str | None
    status: Literal["completed", "pending", "cancelled"]
    amount: MoneyField
    asked: MoneyField | None = None
    pays_owed: MoneyField
    method: Method
    provider: str
    reference: str | None
    balance: MoneyField
    at: datetime
    payment: Payment | None = None
    signed: str | None = None


class RequestDetails(Schema):
    """What a request to sales names, where the customer said it: ids of services, days, an amount.

    `call_at`: when they want to be called, in their own words.
    """

    services: list[str] = []
    period: Period | None = None
    amount: MoneyField | None = None
    call_at: str | None = None


class Charge(Schema):
    """A charge that a customer can point at; `amount` is what was charged. `id` names the line that it stands in.

    Of the credit history it is the entry's id; of an invoice `NUMBER/LINE`.
    """

    id: str
    kind: Literal["usage", "plan", "invoice"]
    on: date
    service: str | None
    amount: MoneyField


class RequestMoment(Schema):
    """When a request was made, under which key. That of one made in a conversation is the id of a message."""

    key: str
    at: datetime


class Request(Schema):
    """A request to a person; `answer` is what the person wrote, `offer` the plan that was prepared for it.

    `attached`: the customer let their plan and their usage be sent with it. `charges`: those that they say are wrong.
    """

    id: str
    kind: Literal["sales", "support"]
    topic: str
    state: RequestState
    message: str
    contact: str | None
    language: str
    created_at: datetime
    answer: str | None = None
    changed_at: datetime | None = None
    details: RequestDetails | None = None
    attached: bool = False
    offer: str | None = None
    charges: list[Charge] = []


class PlanOffer(Schema):
    """A plan of the catalogue in one currency; no services: all of them."""

    plan: str
    names: dict[str, str]
    interval: Interval
    price: MoneyField
    amount: MoneyField
    services: list[str]
    quotas: dict[str, Decimal]


class ServiceOffer(Schema):
    """A service and its on-demand rate in one currency."""

    service: str
    names: dict[str, str]
    unit: str
    rate: MoneyField


class CatalogueVersion(Schema):
    """A catalogue that was loaded."""

    version: int
    loaded_at: datetime
    changed: bool


class LineError(Schema):
    """A line that was refused, and why."""

    line: int
    reason: str


class ImportResult(Schema):
    """What an import of usage did."""

    accepted: int
    repeated: int
    refused: list[LineError]


class Violation(Schema):
    """A broken invariant: its name, and where."""

    invariant: str
    subject: str
    detail: str
