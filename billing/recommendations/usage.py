"""The use to be priced, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.metering import daily
from billing.metering.days import bounds
from billing.metering.models import UsageEvent
from billing.recommendations.pricing import Day, Use
from billing.schemas import Period


def days(session: Session, account: AccountRow, period: Period) -> list[tuple[date, Day]]:
    """The days of a period that had use, oldest first."""
    sums: dict[date, list[Use]] = defaultdict(list)
    for total in daily.totals(session, account, period):
        sums[total.day].append(Use(total.service, total.quantity))
    return [(day, Day(tuple(uses), _once(partial(_uses_of, session, account, day)))) for day, uses in sums.items()]


def _once(read: Callable[[], list[Use]]) -> Callable[[], list[Use]]:
    """Several plans may end on one day; it is read once."""
    kept: list[list[Use]] = []

    def uses() -> list[Use]:
        if not kept:
            kept.append(read())
        return kept[0]

    return uses


def _uses_of(session: Session, account: AccountRow, day: date) -> list[Use]:
    """In the order of time."""
    begins, ends = bounds(Period.model_validate({"from": day, "to": day}), accounts.zone(account))
    query = sa.select(UsageEvent.service, UsageEvent.quantity).where(
        UsageEvent.account_id == account.id, UsageEvent.at >= begins, UsageEvent.at < ends
    )
    rows = session.execute(query.order_by(UsageEvent.at, UsageEvent.id))
    return [Use(service, quantity) for service, quantity in rows]
