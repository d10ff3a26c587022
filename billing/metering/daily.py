"""Use by the account's own days and by service, read from the sums that charging keeps (`usage_day`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.metering.days import Days
from billing.metering.models import UsageDay, UsageEvent
from billing.schemas import Period


@dataclass(frozen=True, slots=True)
class Total:
    """A service's use: thousandths of its unit, and what that cost in units of money."""

    service: str
    quantity: int
    units: int


@dataclass(frozen=True, slots=True)
class DayTotal(Total):
    """A service's use on a day."""

    day: date


def totals(session: Session, account: AccountRow, period: Period) -> list[DayTotal]:
    """The use of a period by day and service, oldest day first."""
    query = _sums(account, period, UsageDay.day).order_by(UsageDay.day, UsageDay.service)
    return [DayTotal(*row) for row in session.execute(query)]


def of_services(session: Session, account: AccountRow, period: Period) -> list[Total]:
    """The use of a whole period by service."""
    return [Total(*row) for row in session.execute(_sums(account, period).order_by(UsageDay.service))]


def first_day(session: Session, account: AccountRow) -> date | None:
    """The account's day of its first use; None without any."""
    first = session.scalar(sa.select(sa.func.min(UsageEvent.at)).where(UsageEvent.account_id == account.id))
    return Days(accounts.zone(account)).of(first) if first else None


def _sums(account: AccountRow, period: Period, *by: Any) -> sa.Select[Any]:
    return (
        sa.select(
            UsageDay.service,
            sa.cast(sa.func.sum(UsageDay.quantity), sa.BigInteger),
            sa.cast(sa.func.sum(UsageDay.units), sa.BigInteger),
            *by,
        )
        .where(UsageDay.account_id == account.id, UsageDay.day.between(period.from_, period.to))
        .group_by(UsageDay.service, *by)
    )
