"""The outbox: events written with the change they tell of, claimed one by one, delivered at least once."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing import tracing
from billing.outbox.models import OutboxEvent

SALES_WEBHOOK = "sales_webhook"
MOST_ATTEMPTS = 12
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=1)
CLAIM = timedelta(seconds=60)
"""How long a claimed event is left to its claimer; after a crash it is due again."""


def add(
    session: Session,
    kind: str,
    body: dict[str, Any],
    *,
    subject: int,
    at: datetime,
    destination: str = SALES_WEBHOOK,
) -> OutboxEvent:
    """Write an event for a destination; the caller's transaction keeps it or not."""
    event = OutboxEvent(
        kind=kind,
        destination=destination,
        subject=subject,
        body=body,
        state="pending",
        attempts=0,
        next_attempt_at=at,
        created_at=at,
        traceparent=tracing.header(),
    )
    session.add(event)
    session.flush()
    return event


def claim(session: Session, at: datetime, destinations: Collection[str] = (SALES_WEBHOOK,)) -> OutboxEvent | None:
    """The oldest event that is due for one of the destinations, taken for a minute; other processes pass it by."""
    event = session.scalar(
        sa.select(OutboxEvent)
        .where(
            OutboxEvent.state == "pending",
            OutboxEvent.next_attempt_at <= at,
            OutboxEvent.destination.in_(destinations),
        )
        .order_by(OutboxEvent.next_attempt_at, OutboxEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if event is not None:
        event.attempts += 1
        event.next_attempt_at = at + CLAIM
    return event


def delivered(session: Session, event_id: int, at: datetime) -> OutboxEvent:
    """The receiver took it."""
    event = session.get_one(OutboxEvent, event_id)
    event.state, event.delivered_at, event.last_error = "delivered", at, None
    return event


def failed(session: Session, event_id: int, reason: str, at: datetime) -> None:
    """Try again later, twice as late each time with some chance in it; after too many tries it is dead, and kept."""
    event = session.get_one(OutboxEvent, event_id)
    if event.state == "delivered":  # by a try that was taken for lost
        return
    event.last_error = reason[:300]
    if event.attempts >= MOST_ATTEMPTS:
        event.state = "dead"
        return
    wait = min(_FIRST_WAIT * 2**event.attempts, _LONGEST_WAIT)
    event.next_attempt_at = at + wait * random.uniform(0.5, 1)  # noqa: S311  spreads retries, guards nothing


def retry_dead(session: Session, at: datetime) -> list[OutboxEvent]:
    """Make the dead due again, by an operator's wish."""
    dead = list(session.scalars(sa.select(OutboxEvent).where(OutboxEvent.state == "dead").order_by(OutboxEvent.id)))
    for event in dead:
        event.state, event.attempts, event.next_attempt_at = "pending", 0, at
    return dead


def undelivered(session: Session) -> list[OutboxEvent]:
    """What is pending or dead, oldest first."""
    query = sa.select(OutboxEvent).where(OutboxEvent.state != "delivered").order_by(OutboxEvent.id)
    return list(session.scalars(query))


def forget(session: Session, before: datetime, limit: int) -> int:
    """Empty the bodies of what was delivered before then; how many. That it was delivered stays."""
    query = sa.select(OutboxEvent).where(
        OutboxEvent.state == "delivered", OutboxEvent.delivered_at < before, OutboxEvent.forgotten.is_(False)
    )
    rows = list(session.scalars(query.order_by(OutboxEvent.id).limit(limit)))
    for row in rows:
        row.body, row.forgotten = {}, True
    return len(rows)
