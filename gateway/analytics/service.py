"""Publishing what waits, counting what comes: an event may come twice and counts once."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import BaseModel
from sqlalchemy.orm import Session

from billing.db import Database
from gateway.analytics import broker
from gateway.analytics.models import Count, CountedEvent, WaitingEvent

log = structlog.get_logger()

_BATCH = 200
REMEMBERED = timedelta(days=35)
"""How long an event's id is kept: no broker brings it again so late."""


class Counted(BaseModel):
    """Turns of a day about a topic, in a language, that ended so."""

    day: date
    topic: str
    language: str
    outcome: str
    turns: int


class Analytics:
    """Every method blocks: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, url: str, queue: str) -> int:
        """Publish what waits; how many. What is not confirmed stays, and is published again."""
        published = 0
        while batch := self._publish_some(url, queue):
            published += batch
        return published

    def _publish_some(self, url: str, queue: str) -> int:
        """No transaction is open while the broker is told: two processes may send the same, which is counted once."""
        with self._database.snapshot() as session:
            query = sa.select(WaitingEvent.id, WaitingEvent.payload).order_by(WaitingEvent.id).limit(_BATCH)
            waiting = session.execute(query).all()
        if waiting:
            asyncio.run(broker.publish(url, [payload for _, payload in waiting], queue))
            with self._database.transaction() as session:
                session.execute(sa.delete(WaitingEvent).where(WaitingEvent.id.in_([row_id for row_id, _ in waiting])))
        return len(waiting)

    def count(self, event: dict[str, Any]) -> None:
        """Count an event once, however often it comes.

        Raises:
            KeyError, TypeError, ValueError: it is no event of ours; nothing was counted.
        """
        at, event_id = datetime.fromisoformat(event["at"]), str(event["id"])[:64]
        topics = [str(topic)[:64] for topic in event["topics"]] or [""]
        language, outcome = str(event["language"])[:2], str(event["outcome"])[:16]
        try:
            with self._database.transaction() as session:
                session.add(CountedEvent(event_id=event_id, counted_at=datetime.now(UTC)))
                session.flush()
                for topic in topics:
                    _add(session, (at.astimezone(UTC).date(), topic, language, outcome))
        except sa.exc.IntegrityError:
            if not self._is_counted(event_id):  # two made the day's first count at once: the loser comes again
                raise

    def _is_counted(self, event_id: str) -> bool:
        with self._database.snapshot() as session:
            return session.get(CountedEvent, event_id) is not None

    def counts(self, first: date, last: date) -> list[Counted]:
        """The counts of those days."""
        query = sa.select(Count).where(Count.day.between(first, last))
        with self._database.snapshot() as session:
            rows = session.scalars(query.order_by(Count.day, Count.topic, Count.language, Count.outcome))
            return [Counted.model_validate(row, from_attributes=True) for row in rows]

    def forget(self) -> None:
        """Drop the ids of events of long ago."""
        with self._database.transaction() as session:
            session.execute(sa.delete(CountedEvent).where(CountedEvent.counted_at < datetime.now(UTC) - REMEMBERED))


def _add(session: Session, key: tuple[date, str, str, str]) -> None:
    row = session.get(Count, key, with_for_update=True)
    if row is None:
        row = Count(day=key[0], topic=key[1], language=key[2], outcome=key[3], turns=0)
        session.add(row)
    row.turns += 1
    session.flush()
