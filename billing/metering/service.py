"""Recording usage: each event rated and charged once, in the transaction that claims its id."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.catalogue import service as catalogues
from billing.errors import UsageInvalid
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.metering.charging import charges
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import QUANTITY_DECIMALS, Money

SESSION = "bot_session"
MOST = 10**9
"""Units of a service in one event."""
EARLIEST = 2000
"""The year before which nothing was used."""


def record(
    session: Session,
    account_id: str,
    *,
    source: str,
    event_id: str,
    service: str,
    quantity: Decimal,
    at: datetime,
    now: datetime,
) -> Literal["accepted", "repeated"]:
    """Count an event once for its (`source`, `event_id`), and charge it as of its own time.

    Raises:
        AccountNotFound, ServiceNotFound: unknown.
        UsageInvalid: the quantity is not positive or finer than thousandths, or the event is in the future.
    """
    account = accounts.lock(session, account_id)
    thousandths = _thousandths(quantity)
    if at > now:
        raise UsageInvalid("the event is in the future")
    if at.year < EARLIEST:
        raise UsageInvalid(f"the event is before the year {EARLIEST}")
    catalogue = catalogues.as_of(session, at, service)
    known = sa.select(UsageEvent.id).where(UsageEvent.source == source, UsageEvent.event_id == event_id)
    if session.scalar(known) is not None:
        return "repeated"
    event = UsageEvent(
        source=source, event_id=event_id, account_id=account_id, service=service, at=at, quantity=thousandths
    )
    session.add(event)
    session.flush()
    parts = charges(session, account, catalogue, service, quantity, at)
    total = Money.total((part.amount for part in parts), account.currency)
    if total:
        postings = [Posting(part.bucket, -part.amount, part.ref) for part in parts if part.amount]
        transaction = ledger.post_once(
            session,
            owner=account_id,
            key=f"usage:{event.id}",
            kind="usage",
            service=service,
            at=at,
            postings=[*postings, Posting("usage_revenue", total)],
        )
        event.transaction_id = transaction.id
    for part in parts:
        session.add(
            UsageCharge(
                usage_event_id=event.id,
                bucket=part.bucket,
                ref=part.ref,
                quantity=int(part.quantity.scaleb(QUANTITY_DECIMALS)),
                units=part.amount.units,
            )
        )
    session.flush()
    return "accepted"


def _thousandths(quantity: Decimal) -> int:
    scaled = quantity.scaleb(QUANTITY_DECIMALS)
    if not scaled.is_finite() or scaled <= 0 or scaled != scaled.to_integral_value():
        raise UsageInvalid(f"a quantity is positive and has at most {QUANTITY_DECIMALS} decimals")
    if quantity > MOST:
        raise UsageInvalid(f"a quantity is at most {MOST}")
    return int(scaled)
