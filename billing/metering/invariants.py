"""What must always hold of usage, each a named function that lists the offenders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.metering.days import Days, begin_of, quarter_of
from billing.metering.models import PlanUsage, UsageCharge, UsageDay, UsageEvent


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


def every_days_usage_equals_its_charges(session: Session) -> Iterator[tuple[str, str]]:
    """What is kept by the account's own day, derived again from the charges; its place in the ledger from there."""
    kept = {
        (row.account_id, row.day, row.service, row.bucket, row.ref): (row.quantity, row.units, row.last_at)
        for row in session.execute(sa.select(UsageDay.__table__))
    }
    derived = _by_day(session)
    for key in sorted(derived.keys() | kept.keys()):
        if derived.get(key) != kept.get(key):
            yield _day_name(key), f"kept {_told(kept.get(key))}, charges give {_told(derived.get(key))}"
    newest = (
        sa.select(sa.func.max(LedgerTransaction.id))
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(
            LedgerTransaction.owner == UsageDay.account_id,
            LedgerTransaction.at == UsageDay.last_at,
            LedgerTransaction.kind == "usage",
            LedgerTransaction.service == UsageDay.service,
            LedgerAccount.kind == UsageDay.bucket,
            LedgerAccount.ref == UsageDay.ref,
        )
        .scalar_subquery()
    )
    columns = (UsageDay.account_id, UsageDay.day, UsageDay.service, UsageDay.bucket, UsageDay.ref)
    query = sa.select(*columns, UsageDay.transaction_id, newest).where(UsageDay.transaction_id.is_distinct_from(newest))
    for *of, transaction, right in session.execute(query.order_by(*columns)):
        yield _day_name(of), f"stands at transaction {transaction}, the newest of that instant is {right}"


INVARIANTS = (
    every_event_is_charged_whole,
    every_charge_is_in_the_ledger,
    every_plans_usage_equals_its_charges,
    every_days_usage_equals_its_charges,
)


_Key = tuple[str, date, str, str, str]
_Sum = tuple[int, int, datetime | None]


def _by_day(session: Session) -> dict[_Key, _Sum]:
    """Account, day, service, bucket and ref: quantity, units, and the newest use that cost money.

    The database sums by quarters of an hour, of which every zone's days are made.
    """
    quarter = quarter_of(session)
    query = (
        sa.select(
            UsageEvent.account_id,
            quarter,
            UsageEvent.service,
            UsageCharge.bucket,
            UsageCharge.ref,
            sa.func.sum(UsageCharge.quantity),
            sa.func.sum(UsageCharge.units),
            sa.func.max(sa.case((UsageCharge.units > 0, UsageEvent.at))),
        )
        .join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        .group_by(UsageEvent.account_id, quarter, UsageEvent.service, UsageCharge.bucket, UsageCharge.ref)
    )
    days = {account.id: Days(accounts.zone(account)) for account in accounts.everyone(session)}
    sums: dict[_Key, _Sum] = {}
    for account, number, service, bucket, ref, quantity, units, last_at in session.execute(query):
        key = (account, days[account].of(begin_of(number)), service, bucket, ref)
        before = sums.get(key, (0, 0, None))
        newest = max((at for at in (before[2], last_at) if at is not None), default=None)
        sums[key] = (before[0] + int(quantity), before[1] + int(units), newest)
    return sums


def _day_name(key: Sequence[object]) -> str:
    return "/".join(str(part) for part in key if part)


def _told(kept: _Sum | None) -> str:
    if kept is None:
        return "nothing"
    return (
        f"{kept[0]} thousandths and {kept[1]} units until {kept[2]:%Y-%m-%dT%H:%M:%S.%fZ}"
        if kept[2]
        else f"{kept[0]} thousandths for nothing"
    )
