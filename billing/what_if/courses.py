"""What a fork holds after the days were lived through: every entry of it is new."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.balances import service as balances
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.ledger.service import BUCKETS
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import Money
from billing.plans import periods
from billing.plans import service as plans
from billing.what_if.schemas import Course, Paid


class Entry(NamedTuple):
    """A posting: the transaction's kind, service and instant, the ledger account's kind and ref, and units."""

    kind: str
    service: str | None
    at: datetime
    posted_to: str
    ref: str
    units: int


def entries(session: Session, *of: sa.ColumnElement[bool]) -> list[Entry]:
    """All that was posted, or what of it the conditions let through, in order."""
    query = (
        sa.select(
            LedgerTransaction.kind,
            LedgerTransaction.service,
            LedgerTransaction.at,
            LedgerAccount.kind,
            LedgerAccount.ref,
            LedgerEntry.units,
        )
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(*of)
        .order_by(LedgerEntry.id)
    )
    return [Entry(*row) for row in session.execute(query)]


def course(session: Session, account: AccountRow, end: datetime) -> Course:
    """The figures of a course that ended at that instant."""
    posted, currency = entries(session), account.currency

    def units(kind: str, *places: str) -> Money:
        """What transactions of a kind took from these places."""
        return Money(-sum(e.units for e in posted if e.kind == kind and e.posted_to in places), currency)

    paid_by = [Paid.model_validate({"bucket": bucket, "amount": units("usage", bucket)}) for bucket in BUCKETS]
    invoiced, credited = units("invoice", "receivable"), units("plan", "plan_revenue")
    available, owed = balances.available(session, account, end)
    plan = plans.running(session, account.id, end)
    return Course(
        uncovered_on=_uncovered_on(session, account),
        used=units("usage", *BUCKETS),
        paid_by=[paid for paid in paid_by if paid.amount],
        invoiced=invoiced,
        credited=credited,
        topped_up=units("top_up", "clearing"),
        cost=invoiced - credited + units("usage", "top_up", "owed"),
        available=available,
        owed=owed,
        plan=plan.plan if plan else None,
        plan_ends_on=periods.last_day(plan, account) if plan else None,
        transactions=_transactions(session),
    )


def _uncovered_on(session: Session, account: AccountRow) -> date | None:
    first = session.scalar(
        sa.select(sa.func.min(UsageEvent.at))
        .join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        .where(UsageCharge.bucket == "owed", UsageCharge.units > 0)
    )
    return periods.day(first, account) if first else None


def _transactions(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(sa.distinct(LedgerEntry.transaction_id)))) or 0
