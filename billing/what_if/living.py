"""The days to come, lived through on a fork by the services that a real day goes through.

In this order, at each instant: what falls due by itself, the changes asked about, the use until the next such instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import BillingError
from billing.invoices import due
from billing.metering import service as metering
from billing.metering.schemas import NewUsage
from billing.payments.providers.ways import ways_of
from billing.plans import actions, offers
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.steps import Asked
from billing.recharge import service as recharges
from billing.vouchers import expiry
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher
from billing.what_if.schemas import Change, PlanChanges, ToppedUp, TrafficChanges, VoucherGone
from billing.what_if.traffic import Traffic

ACTOR = "what-if"


def live(session: Session, traffic: Traffic, changes: Sequence[Change], end: datetime) -> None:
    """Until `end`. Raises what doing a change then raises."""
    to_come = sorted(((traffic.begin_of(c.on), n, c) for n, c in enumerate(changes)), key=lambda told: told[:2])
    uses = list(traffic.events([c for c in changes if isinstance(c, TrafficChanges)]))
    at: datetime | None = traffic.now
    while at is not None:
        fall_due(session, at)
        while to_come and to_come[0][0] <= at:
            _, number, change = to_come.pop(0)
            make(session, traffic.account, change, at, key=f"what-if:{number}")
            fall_due(session, at)
        following = [*_moments(session, at), *(moment for moment, _, _ in to_come)]
        until = min([moment for moment in following if at < moment < end], default=end)
        _record(session, [use for use in uses if at <= use.time < until], until)
        at = until if until < end else None


def fall_due(session: Session, at: datetime) -> None:
    """What the server does by itself: invoices of periods, and vouchers' rests posted out."""
    for account, number in due.due(session, at):
        due.bill(session, account, number, at)
    for account, number in due.unsettled(session, at):
        due.settle(session, account, number, at)
    for number in expiry.due(session, at):
        expiry.expire(session, number)
    _settle(session)


def make(session: Session, account: str, change: Change, at: datetime, key: str) -> None:
    """Do one change, as whoever may do it does. Changes of traffic are in the use already."""
    match change:
        case VoucherGone():
            named = [change.voucher] if change.voucher else [v.number for v in vouchers.usable(session, account, at)]
            for number in named:
                vouchers.revoke(session, number, at=at, actor=ACTOR)
        case ToppedUp():
            method = ways_of(session).methods[0]
            recharges.recharge(session, account, amount=change.amount, currency=None, method=method, key=key, at=at)
        case PlanChanges():
            _move(session, account, change, at, key)
    _settle(session)


def _move(session: Session, account: str, change: PlanChanges, at: datetime, key: str) -> None:
    action, given = "change", dict[str, Any](plan=change.plan, interval=change.interval)
    if plans.latest(session, account, at) is None:
        asked = Asked(session, accounts.lock(session, account), at)
        offer = offers.prepare(
            asked,
            plan=change.plan,
            interval=change.interval or "monthly",
            starts_at=None,
            payment_option="full_upfront",
            payment_method=None,
            services=None,
        )
        action, given = "confirm", {"offer": offer.number}
    checksum = actions.preview(session, account, action, at, **given).checksum
    actions.perform(session, account, action, terms_checksum=checksum, key=key, actor=ACTOR, at=at, **given)


def _record(session: Session, uses: Sequence[NewUsage], now: datetime) -> None:
    for verdict in metering.record_all(session, uses, now=now, late=None) if uses else ():
        if isinstance(verdict, BillingError):
            raise verdict
    _settle(session)


def _settle(session: Session) -> None:
    """Every transaction of the real thing begins with rows read anew."""
    session.flush()
    session.expire_all()


def _moments(session: Session, at: datetime) -> Iterator[datetime]:
    """Instants after this one at which something may fall due."""
    periods = sa.select(Subscription.starts_at, Subscription.ends_at).where(Subscription.confirmed_at.is_not(None))
    for starts_at, ends_at in session.execute(periods):
        yield from (starts_at, ends_at, ends_at + due.LATE)
    expiring = sa.select(Voucher.expires_at).where(Voucher.expires_at > at - expiry.SETTLED_AFTER)
    for expires_at in session.scalars(expiring):
        if expires_at is not None:
            yield expires_at + expiry.SETTLED_AFTER
