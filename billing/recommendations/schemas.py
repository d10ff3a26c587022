"""What crosses the door of recommendations."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
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


class PlanLabel(Schema):
    """Which plan; `plan` None: without one. `present`: the one that the customer has."""

    plan: str | None
    names: dict[str, str]
    interval: Interval | None
    present: bool


class VolumePoint(Schema):
    """A volume of use: `volume` times what there was, worth `on_demand` without a plan; what each plan comes to."""

    volume: Decimal
    on_demand: MoneyField
    totals: list[MoneyField]


class Crossing(Schema):
    """The volume from which on another plan is the cheapest than just below it, and what it costs there."""

    volume: Decimal
    on_demand: MoneyField
    total: MoneyField
    from_plan: str | None
    from_interval: Interval | None
    to_plan: str | None
    to_interval: Interval | None


class PlanComparison(Schema):
    """The own use of a period on every plan, and the break-even: spend by volume, a line a plan (`lines`, in order).

    `totals` of each point are in the order of `lines`. The cheapest changes at `crossings`, from less use to more.
    """

    recommendation: Recommendation
    lines: list[PlanLabel]
    points: list[VolumePoint]
    crossings: list[Crossing]


class OwnPeriod(Schema):
    """An invoiced period of the own plan priced again from the use alone, beside its invoice, line by line.

    A line is a service's, or `plan_price`; lines of nothing are left out. So is use told after the invoice, as it was.
    """

    number: str
    plan: str
    period: Period
    invoice: str
    priced: dict[str, MoneyField]
    invoiced: dict[str, MoneyField]
    agrees: bool
