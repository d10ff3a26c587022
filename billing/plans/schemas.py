"""What crosses the door about a plan's life: terms to be confirmed by their checksum, and receipts of what was done."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import computed_field

from billing.schemas import (
    AwaitedPayment,
    Card,
    Interval,
    Method,
    MoneyField,
    Payment,
    PaymentOption,
    PaymentStatus,
    PlanStatus,
    Schema,
)

PlanActionName = Literal["confirm", "pause", "resume", "change", "cancel", "renew", "undo"]


class PlanTerms(Schema):
    """All terms of one period of a plan.

    `rates` are prices of one unit of each service covered, `quotas` most units at that price (none named: no limit of
    its own). `due_now` is due when the period begins, `due_later` by `due_on`; with pay later nothing is due before
    the period's use is invoiced. Days are the account's. `starts` says what they hang on: `now` begins at the
    confirmation, so the days move with it; `on_date` is fixed. `begins_once_paid`: nothing begins before `due_now` is
    paid; the days are those of paying at once. `card`: the saved card that is charged; None: the customer is asked for
    one.
    """

    plan: str
    names: dict[str, str]
    interval: Interval
    services: list[str]
    all_services: bool
    starts: Literal["now", "on_date"]
    starts_on: date
    ends_on: date
    price: MoneyField
    amount: MoneyField
    rates: dict[str, MoneyField]
    quotas: dict[str, Decimal]
    payment_option: PaymentOption
    payment_method: Method | None
    deposit: MoneyField | None
    due_now: MoneyField
    due_now_on: date
    due_later: MoneyField | None
    due_on: date | None
    pause_days: int
    begins_once_paid: bool = False
    card: Card | None = None

    def agreed(self) -> dict[str, Any]:
        """What a confirmation holds to: everything, but no days that only follow from its own instant."""
        moving = {"starts_on", "ends_on", "due_on", "due_now_on"} if self.starts == "now" else set()
        agreed = self.model_dump(mode="json", exclude={*moving, "card"})
        return agreed if self.card is None else agreed | {"card": self.card.id}


class PlanActionTerms(Schema):
    """What an action would do to the plan, exactly. Confirm it with `checksum`.

    `number` and `plan` are the offer's (confirm) or the present plan's. `begins`: the terms of the period that it makes
    begin. `credited`: what the unused rest of the present period is worth (upgrade). `lost`: credit of the plan that
    cannot be used any more once it took effect; `kept`: voucher and top-up credit, which stay; both as of now, and no
    part of the checksum, for they change with every use. `undoes`: what is taken back. `valid_until`: the last day on
    which an offer can be confirmed; None: for good. `request`: the request that it answers.
    """

    action: PlanActionName
    number: str
    plan: str
    names: dict[str, str]
    interval: Interval
    effective: Literal["now", "period_end"]
    effective_on: date
    begins: PlanTerms | None = None
    credited: MoneyField | None = None
    lost: MoneyField | None = None
    kept: MoneyField | None = None
    pause_days_left: int | None = None
    resumes_by: date | None = None
    ends_on: date | None = None
    undoes: Literal["cancel", "change", "renew"] | None = None
    valid_until: date | None = None
    request: str | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def checksum(self) -> str:
        """Names exactly these terms: 32 hexadecimal digits of SHA-256."""
        moving = {"checksum", "lost", "kept", "begins"}
        if self.effective == "now" and self.action in {"confirm", "renew"}:
            moving.add("effective_on")
        agreed = self.model_dump(mode="json", exclude=moving)
        agreed["begins"] = self.begins.agreed() if self.begins else None
        text = json.dumps(agreed, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class PlanReceipt(Schema):
    """What was done to a plan, once. A repeat with the same key gets the same.

    `number`: the period that it was about afterwards (the new one where one begins); `invoice`: the number of the
    invoice that was issued with it; `payment`: what is asked of the payment provider for it, as it stands now;
    `awaits_payment`: the plan begins once that is paid; `signed`: the id of the signed receipt.
    """

    action: PlanActionName
    number: str
    plan: str
    effective: Literal["now", "period_end"]
    effective_on: date
    credited: MoneyField | None
    undoes: Literal["cancel", "change", "renew"] | None
    invoice: str | None
    terms_checksum: str
    at: datetime
    payment: Payment | None = None
    awaits_payment: AwaitedPayment | None = None
    signed: str | None = None


class DeclinedOffer(Schema):
    """A prepared plan that the customer did not want, and why: a code of `DECLINE_REASONS` or the customer's words."""

    account: str
    number: str
    plan: str
    names: dict[str, str]
    interval: Interval
    price: MoneyField
    reason: str | None
    request: str | None
    declined_at: datetime


DECLINE_REASONS = ("price", "services", "timing", "not_needed")
"""Codes of the common ones, which conversations offer as buttons."""


class PlanPeriod(Schema):
    """A period of a plan or an offer, as operators list them. Instants are in the account's zone."""

    number: str
    plan: str
    interval: Interval
    status: PlanStatus
    starts_at: datetime
    ends_at: datetime
    price: MoneyField
    remaining: MoneyField
    payment_option: PaymentOption
    payment_status: PaymentStatus
    invoice: str | None
    cancelled: bool
    awaits_payment: AwaitedPayment | None = None
    valid_until: date | None = None
    request: str | None = None


class BillingRun(Schema):
    """What a run of due billing did: numbers of the invoices issued, and of those whose late use was asked for.

    `failed`: accounts whose turn broke; the reason is logged, and the next run tries again.
    """

    issued: list[str]
    settled: list[str]
    failed: list[str]
