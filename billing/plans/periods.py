"""The bounds of a plan's periods: months counted from an anchor, by the wall clock of the account's zone.

Counting from the anchor and not from period to period keeps its day: 31 January, 28 February, 31 March. The end of a
period and the start of the next are one instant, so nothing is billed twice and nothing is left out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.plans.models import Subscription

_MONTHS = {"monthly": 1, "yearly": 12}


def boundary(anchor_at: datetime, months: int, account: AccountRow) -> datetime:
    """So many months after the anchor, on its day (or the month's last) and at its wall clock in the account's zone."""
    if not months:
        return anchor_at  # by the wall clock it would be the first of an hour that comes twice
    local = anchor_at.astimezone(accounts.zone(account))
    return (local + relativedelta(months=months)).astimezone(UTC)


def length(interval: str) -> int:
    """Months of an interval."""
    return _MONTHS[interval]


def place(row: Subscription, account: AccountRow, anchor_at: datetime, months: int = 0) -> None:
    """Give a period its bounds: it begins `months` after the anchor."""
    row.anchor_at, row.months = anchor_at, months
    row.starts_at = boundary(anchor_at, months, account)
    row.ends_at = boundary(anchor_at, months + length(row.interval), account)


def place_after(row: Subscription, before: Subscription, account: AccountRow) -> None:
    """Begin where another period ends. It keeps that one's anchor, unless pauses moved the end away from it."""
    anchor, months = before.anchor_at or before.starts_at, before.months + length(before.interval)
    if boundary(anchor, months, account) != before.ends_at:
        anchor, months = before.ends_at, 0
    place(row, account, anchor, months)


def agreed_day(row: Subscription) -> datetime | None:
    """The instant before which a period never begins; None: it begins where the one before it ends."""
    agreed: str | None = row.terms.get("not_before")
    return datetime.fromisoformat(agreed) if agreed else None


def keep_its_day(row: Subscription) -> None:
    """Remember that a period begins on a day of its own, whatever moves before it."""
    row.terms = {**row.terms, "not_before": row.starts_at.isoformat()}


def end(row: Subscription) -> datetime:
    """When the period is over, whether or not its amount was reached before."""
    return row.ends_at if row.ended_at is None else min(row.ends_at, row.ended_at)


def last_day(row: Subscription, account: AccountRow) -> date:
    """The day that holds the instant before the period's end."""
    return day(max(row.starts_at, end(row) - timedelta(microseconds=1)), account)


def day(at: datetime, account: AccountRow) -> date:
    """The account's day that holds an instant."""
    return at.astimezone(accounts.zone(account)).date()
