"""What must always hold of usage, each a named function that lists the offenders."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.ledger.models import LedgerAccount
from billing.metering.models import PlanUsage, UsageCharge, UsageEvent


def every_event_is_charged_whole(session: Session) -> Iterator[tuple[str, str]]:
    """The parts of an event add up to its quantity."""
    charged = sa.func.coalesce(sa.func.sum(UsageCharge.quantity), 0)
    rows = session.execute(
        sa.select(UsageEvent.id, UsageEvent.quantity, charged)
        .outerjoin(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        .group_by(UsageEvent.id, UsageEvent.quantity)
        .having(charged != UsageEvent.quantity)
    )
    for event, quantity, parts in rows:
        yield f"usage event {event}", f"{quantity} thousandths used, {parts} charged"


def every_charge_is_in_the_ledger(session: Session) -> Iterator[tuple[str, str]]:
    """Per account, the charges add up to what the ledger says was earned by usage."""
    charged = sa.func.coalesce(sa.func.sum(UsageCharge.units), 0)
    per_account = {
        account: int(units)
        for account, units in session.execute(
            sa.select(UsageEvent.account_id, charged)
            .join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
            .group_by(UsageEvent.account_id)
        )
    }
    revenue = sa.select(LedgerAccount.owner, LedgerAccount.balance).where(LedgerAccount.kind == "usage_revenue")
    earned = {owner: balance for owner, balance in session.execute(revenue)}  # noqa: C416  a Result is not a mapping
    for account in sorted(per_account.keys() | earned.keys()):
        if per_account.get(account, 0) != earned.get(account, 0):
            yield account, f"charged {per_account.get(account, 0)} units, the ledger has {earned.get(account, 0)}"


def every_plans_usage_equals_its_charges(session: Session) -> Iterator[tuple[str, str]]:
    """What a plan's period paid for, derived again from the charges."""
    derived = {
        (ref, service): int(quantity)
        for ref, service, quantity in session.execute(
            sa.select(UsageCharge.ref, UsageEvent.service, sa.func.sum(UsageCharge.quantity))
            .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
            .where(UsageCharge.bucket == "plan")
            .group_by(UsageCharge.ref, UsageEvent.service)
        )
    }
    kept = {(str(row.subscription_id), row.service): row.quantity for row in session.scalars(sa.select(PlanUsage))}
    for key in sorted(derived.keys() | kept.keys()):
        if derived.get(key, 0) != kept.get(key, 0):
            yield "/".join(key), f"kept {kept.get(key, 0)} thousandths, charges give {derived.get(key, 0)}"


INVARIANTS = (
    every_event_is_charged_whole,
    every_charge_is_in_the_ledger,
    every_plans_usage_equals_its_charges,
)
