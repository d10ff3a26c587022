"""The days of an account's zone, from each first midnight to the next: 23 to 25 hours, as its clocks have it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.schemas import Period

_DAY = timedelta(days=1)
_QUARTER = 15 * 60
"""Seconds. Every midnight there was since 2000 stands on a whole quarter of an hour, in every zone."""
_QUARTER_OF = {
    "postgresql": f"CAST(floor(extract(epoch FROM usage_event.at) / {_QUARTER}) AS BIGINT)",
    "sqlite": f"CAST(strftime('%s', substr(usage_event.at, 1, 16)) AS INTEGER) / {_QUARTER}",
}


class Days:
    """Says which day of the zone holds an instant. The last one told is kept, since use comes in the order of time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._day = date.min
        self._begins = self._ends = datetime.min.replace(tzinfo=UTC)

    def of(self, at: datetime) -> date:
        """The day. Where clocks are set back over midnight, the minutes that come again are of the day begun."""
        if not self._begins <= at < self._ends:
            day = at.astimezone(self._zone).date()
            if at >= midnight(day + _DAY, self._zone):
                day += _DAY
            self._day, self._begins, self._ends = day, midnight(day, self._zone), midnight(day + _DAY, self._zone)
        return self._day


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the day begins in the zone."""
    return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)


def bounds(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the midnight after the last day, in the zone."""
    return midnight(period.from_, zone), midnight(period.to + _DAY, zone)


def days_of(period: Period) -> list[date]:
    """Every day of the period."""
    return [period.from_ + timedelta(days=number) for number in range((period.to - period.from_).days + 1)]


def quarter_of(session: Session) -> sa.ColumnElement[int]:
    """The number of the quarter of an hour of a usage event, in the database: every zone's days consist of those."""
    return sa.literal_column(_QUARTER_OF[session.get_bind().dialect.name], sa.BigInteger())


def begin_of(quarter: int) -> datetime:
    """The instant at which the quarter of an hour of that number begins."""
    return datetime.fromtimestamp(quarter * _QUARTER, UTC)
