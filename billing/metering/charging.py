"""What usage is charged to: the plan in force that covers it, then vouchers in scope, top-up credit, what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.catalogue.schemas import Catalogue
from billing.ledger import service as ledger
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.vouchers import service as vouchers

_STEP = Decimal(1).scaleb(-QUANTITY_DECIMALS)


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of an event: how much of it a bucket pays, and with how much money."""

    bucket: str
    ref: str
    quantity: Decimal
    amount: Money


def charges(
    session: Session, account: AccountRow, catalogue: Catalogue, service: str, quantity: Decimal, at: datetime
) -> list[Charge]:
    """Split an event over the buckets. Usage is never lost: what no credit covers is owed.

    The plan charges at its rates, within its quota and amount; the rest is charged at on-demand rates. Where the
    plan's amount ends within the smallest step of quantity, that step is the plan's and its amount ends exactly.
    """
    on_demand = catalogues.rate(catalogue, service, account.currency)
    parts: list[Charge] = []
    covered = _by_plan(session, account, service, quantity, on_demand, at)
    if covered is not None:
        parts.append(covered)
        quantity -= covered.quantity
    if quantity > 0:
        parts.extend(_by_credit(session, account, service, quantity, on_demand, at))
    return parts


def _by_plan(
    session: Session, account: AccountRow, service: str, quantity: Decimal, on_demand: Money, at: datetime
) -> Charge | None:
    row = plans.in_force(session, account.id, at)
    if row is None or not plans.covers(row, service):
        return None
    within_quota = quantity
    if (quota := plans.quota(row, service)) is not None:
        within_quota = min(quantity, quota - used_of_plan(session, row, service))
    left = plans.remaining(session, row)
    if within_quota <= 0 or not left:
        return None
    rate = plans.plan_rate(row, service, on_demand)
    cost = rate.times(within_quota)
    if cost >= left:
        row.exhausted_at = _last_charged(session, row, at)
        if cost > left:
            within_quota = min(within_quota, (left.amount / rate.amount).quantize(_STEP, ROUND_UP))
            cost = left
    return Charge("plan", row.ref, within_quota, cost)


def _by_credit(
    session: Session, account: AccountRow, service: str, quantity: Decimal, rate: Money, at: datetime
) -> list[Charge]:
    owing = rate.times(quantity)
    parts: list[Charge] = []
    for bucket, ref, available in _credits(session, account, service, at):
        take = min(owing, available)
        if take:
            share = quantity if take == owing else (take.amount / rate.amount).quantize(_STEP, ROUND_DOWN)
            parts.append(Charge(bucket, ref, share, take))
            owing, quantity = owing - take, quantity - share
        if not owing and not quantity:
            return parts
    return [*parts, Charge("owed", "", quantity, owing)]


def _credits(session: Session, account: AccountRow, service: str, at: datetime) -> list[tuple[str, str, Money]]:
    found = [
        ("voucher", voucher.ref, vouchers.remaining(session, voucher))
        for voucher in vouchers.usable(session, account.id, at)
        if vouchers.in_scope(voucher, service)
    ]
    return [*found, ("top_up", "", ledger.balance(session, account.id, "top_up", account.currency))]


def _last_charged(session: Session, row: Subscription, at: datetime) -> datetime:
    """The instant of the plan's last charge, `at` included: until then it was in force, however late `at` is told."""
    query = _of_plan(sa.func.max(UsageEvent.at), row)
    return max(at, session.scalar(query) or at)


def used_of_plan(session: Session, row: Subscription, service: str) -> Decimal:
    """How much of a service the plan paid for in this period, in the service's unit."""
    query = _of_plan(sa.func.sum(UsageCharge.quantity), row).where(UsageEvent.service == service)
    return Decimal(int(session.scalar(query) or 0)).scaleb(-QUANTITY_DECIMALS)


def _of_plan(what: sa.ColumnElement[Any], row: Subscription) -> sa.Select[Any]:
    """Asked of all that the plan's period paid for."""
    return (
        sa.select(what)
        .select_from(UsageCharge)
        .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
        .where(
            UsageEvent.account_id == row.account_id,
            UsageEvent.at >= row.starts_at,
            UsageCharge.bucket == "plan",
            UsageCharge.ref == row.ref,
        )
    )
