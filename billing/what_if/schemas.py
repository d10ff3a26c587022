"""What crosses the door of what-if."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from billing.schemas import Bucket, Interval, MoneyField, Period, Schema

Basis = Literal["forecast", "average", "none"]
"""What future use rests on: the forecast's model; the plain average where history is too short; nothing was used."""


class _Change(Schema):
    """`on`: the account's day at whose begin it happens; None: now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date | None = None


class TrafficChanges(_Change):
    """Use is `factor` times what is expected, from that day on; a later one takes an earlier one's place."""

    kind: Literal["traffic"] = "traffic"
    factor: Decimal = Field(ge=0, le=100, max_digits=8)


class VoucherGone(_Change):
    """A voucher's credit is gone, as when an operator revokes it; all vouchers where none is named."""

    kind: Literal["voucher_gone"] = "voucher_gone"
    voucher: Annotated[str, Field(max_length=32)] | None = None


class PlanChanges(_Change):
    """The plan is changed as a customer changes it; where there never was one, it is prepared and confirmed.

    `interval` None: that of the plan before, else monthly.
    """

    kind: Literal["plan"] = "plan"
    plan: str = Field(max_length=64)
    interval: Interval | None = None


class ToppedUp(_Change):
    """A top-up in the account's currency, whose payment succeeds at once."""

    kind: Literal["top_up"] = "top_up"
    amount: Decimal = Field(gt=0, max_digits=15)


Change = Annotated[TrafficChanges | VoucherGone | PlanChanges | ToppedUp, Field(discriminator="kind")]


class Paid(Schema):
    """What a bucket pays of the use."""

    bucket: Bucket
    amount: MoneyField


class Course(Schema):
    """How it goes until the end of the last day.

    `uncovered_on`: the first day on which credit does not pay for all of the use. `invoiced` are the plan periods that
    fall due, `credited` what the unused rest of a plan is worth, `topped_up` what is paid in. `cost` is what the
    customer pays for: `invoiced` less `credited`, and use paid from top-up credit or owed.
    """

    uncovered_on: date | None
    used: MoneyField
    paid_by: list[Paid]
    invoiced: MoneyField
    credited: MoneyField
    topped_up: MoneyField
    cost: MoneyField
    available: MoneyField
    owed: MoneyField
    plan: str | None
    plan_ends_on: date | None
    transactions: int


class WhatIf(Schema):
    """The changes asked about, and both courses: as it is, and with them. Nothing of it was written.

    `dearer_by` is how much more the changed course costs, to the coin as both costs are said; below zero: less.
    `daily_use` is the mean of the expected use of a day at on-demand rates, before any change. `position` is where the
    ledger stood that was copied.
    """

    period: Period
    changes: list[Change]
    basis: Basis
    daily_use: MoneyField
    present: Course
    changed: Course
    dearer_by: MoneyField
    as_of: datetime
    position: int
