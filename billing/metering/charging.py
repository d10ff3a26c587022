"""What usage is charged to: the plan in force that covers it, then vouchers in scope, top-up credit, what is owed.

Quantities are thousandths of the unit and amounts are units of money, both integers: splitting never rounds money.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.errors import AmountInvalid
from billing.metering.funds import MOST_UNITS, STEP
from billing.metering.models import PlanUsage
from billing.metering.purse import Purse
from billing.metering.schemas import Use
from billing.money import QUANTITY_DECIMALS
from billing.plans.models import Subscription


class Charge(NamedTuple):
    """A part of an event: how much of it a bucket pays, and with how much money."""

    bucket: str
    ref: str
    quantity: int
    units: int


def charges(funds: Purse, use: Use, quantity: int, rate: int) -> list[Charge]:
    """Split an event over the buckets; nothing is paid yet. Usage is never lost: what no credit covers is owed.

    The plan charges at its rates, within its quota and amount; the rest is charged at on-demand rates (`rate`). Where
    the plan's amount ends within the smallest step of quantity, that step is the plan's and its amount ends exactly.

    Raises:
        AmountInvalid: more money than can be kept.
    """
    parts: list[Charge] = []
    covered = _by_plan(funds, use, quantity, rate)
    if covered is not None:
        parts.append(covered)
        quantity -= covered.quantity
    if quantity:
        parts.extend(_by_credit(funds, use, quantity, rate))
    return parts


def _by_plan(funds: Purse, use: Use, quantity: int, on_demand: int) -> Charge | None:
    row = funds.plan(use.service, use.at)
    if row is None:
        return None
    within = funds.within_quota(row, use.service, quantity)
    left = funds.balance("plan", row.ref)
    if within <= 0 or left <= 0:
        return None
    rate = funds.plan_rate(row, use.service, on_demand)
    cost = _cost(rate, within)
    if cost > left:
        within, cost = min(within, -(-left * STEP // rate)), left
    return Charge("plan", row.ref, within, cost)


def _by_credit(funds: Purse, use: Use, quantity: int, rate: int) -> list[Charge]:
    owing = _cost(rate, quantity)
    parts: list[Charge] = []
    for bucket, ref, available in funds.credits(use.service, use.at):
        take = min(owing, available)
        if take:
            share = quantity if take == owing else take * STEP // rate
            parts.append(Charge(bucket, ref, share, take))
            owing, quantity = owing - take, quantity - share
        if not owing and not quantity:
            return parts
    if owing > MOST_UNITS + funds.balance("owed"):
        raise AmountInvalid("more is owed than can be kept")
    return [*parts, Charge("owed", "", quantity, owing)]


def _cost(rate: int, quantity: int) -> int:
    """Exact: a rate has five decimals, a quantity three, money eight."""
    cost, rest = divmod(rate * quantity, STEP)
    if rest or cost > MOST_UNITS:
        raise AmountInvalid(f"{quantity} thousandths at {rate} units")
    return cost


def used_of_plan(session: Session, row: Subscription, service: str) -> Decimal:
    """How much of a service the plan paid for in this period, in the service's unit."""
    kept = sa.select(PlanUsage.quantity).where(PlanUsage.subscription_id == row.id, PlanUsage.service == service)
    return Decimal(session.scalar(kept) or 0).scaleb(-QUANTITY_DECIMALS)
