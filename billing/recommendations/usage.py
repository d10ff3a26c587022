"""The use to be priced, read from the database: several plans may end on one day, which is read once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache, partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.metering import daily
from billing.metering.days import begin_of, bounds, quarter_of
from billing.metering.models import UsageEvent
from billing.recommendations.pricing import Span, Use
from billing.schemas import Period


def days(session: Session, account: AccountRow, period: Period) -> list[tuple[date, Span]]:
    """The days of a period that had use, oldest first; each in quarters of an hour, and those in single uses."""
    sums: dict[date, list[Use]] = defaultdict(list)
    for total in daily.totals(session, account, period):
        sums[total.day].append(Use(total.service, total.quantity))
    return [(day, Span(tuple(uses), cache(partial(_quarters, session, account, day)))) for day, uses in sums.items()]


def _quarters(session: Session, account: AccountRow, day: date) -> list[Span]:
    """Summed in the database: the day on which a plan ends may have many uses."""
    begins, ends = bounds(Period.model_validate({"from": day, "to": day}), accounts.zone(account))
    quarter = quarter_of(session)
    query = (
        sa.select(quarter, UsageEvent.service, sa.cast(sa.func.sum(UsageEvent.quantity), sa.BigInteger))
        .where(UsageEvent.account_id == account.id, UsageEvent.at >= begins, UsageEvent.at < ends)
        .group_by(quarter, UsageEvent.service)
        .order_by(quarter, UsageEvent.service)
    )
    sums: dict[int, list[Use]] = defaultdict(list)
    for number, service, quantity in session.execute(query):
        sums[number].append(Use(service, quantity))
    return [Span(tuple(uses), cache(partial(_uses, session, account, number))) for number, uses in sums.items()]


def _uses(session: Session, account: AccountRow, quarter: int) -> list[Span]:
    """In the order of time."""
    query = sa.select(UsageEvent.service, UsageEvent.quantity).where(
        UsageEvent.account_id == account.id,
        UsageEvent.at >= begin_of(quarter),
        UsageEvent.at < begin_of(quarter + 1),
    )
    rows = session.execute(query.order_by(UsageEvent.at, UsageEvent.id))
    return [Span((Use(service, quantity),)) for service, quantity in rows]
