"""What crosses the door of recommendations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from billing.schemas import Interval, MoneyField, PaymentOption, Period, Schema


class PlanPrice(Schema):
    """What a period's use would have cost on a plan; `plan` None: without one, all at on-demand rates.

    `price` is what the plan costs for the period: its price, or what it paid where it is paid later. `covered` is what
    the plan paid at its rates, `overage` what it did not, at on-demand rates. `total` is price and overage.
    """

    plan: str | None
    names: dict[str, str]
    interval: Interval | None
    price: MoneyField
    covered: MoneyField
    overage: MoneyField
    total: MoneyField
    present: bool
    best: bool


class Recommendation(Schema):
    """The own use of a period priced on every plan, cheapest first; `saving` is the best against the present one.

    `reason` says why none is marked the best. A month counts as 30 days and a year as twelve of them.
    """

    period: Period
    days: int
    payment_option: PaymentOption
    options: list[PlanPrice]
    present: PlanPrice
    best: PlanPrice | None
    saving: MoneyField | None
    reason: Literal["no_usage", "too_little_history"] | None
    as_of: datetime
