"""Use summed by the account's own days and by service, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.db import Instant
from billing.metering.models import UsageCharge, UsageEvent
from billing.schemas import Period


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A service's use on a day: thousandths of its unit, and what that cost in units of money."""

    day: date
    service: str
    quantity: int
    units: int


def bounds(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the midnight after the last day, in the zone."""
    return _midnight(period.from_, zone), _midnight(period.to + timedelta(days=1), zone)


def days_of(period: Period) -> list[date]:
    """Every day of the period."""
    return [period.from_ + timedelta(days=number) for number in range((period.to - period.from_).days + 1)]


def totals(session: Session, account: AccountRow, period: Period) -> list[DayTotal]:
    """The use of a period by day and service, oldest day first. A day has 23 to 25 hours, as its zone has it."""
    zone, every = accounts.zone(account), days_of(period)
    columns = (sa.column("day", sa.Integer), sa.column("begins", Instant), sa.column("ends", Instant))
    rows = [(n, _midnight(day, zone), _midnight(day + timedelta(days=1), zone)) for n, day in enumerate(every)]
    days = sa.values(*columns, name="days").data(rows).cte("days")
    query = (
        sa.select(
            days.c.day,
            UsageEvent.service,
            sa.cast(sa.func.sum(UsageCharge.quantity), sa.BigInteger),
            sa.cast(sa.func.sum(UsageCharge.units), sa.BigInteger),
        )
        .select_from(days)
        .join(UsageEvent, sa.and_(UsageEvent.at >= days.c.begins, UsageEvent.at < days.c.ends))
        .join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        .where(UsageEvent.account_id == account.id)
        .group_by(days.c.day, UsageEvent.service)
        .order_by(days.c.day, UsageEvent.service)
    )
    return [DayTotal(every[n], service, quantity, units) for n, service, quantity, units in session.execute(query)]


def first_day(session: Session, account: AccountRow) -> date | None:
    """The account's day of its first use; None without any."""
    first = session.scalar(sa.select(sa.func.min(UsageEvent.at)).where(UsageEvent.account_id == account.id))
    return first.astimezone(accounts.zone(account)).date() if first else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
