"""How much the outbox holds, for who watches it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.outbox.models import OutboxEvent


@dataclass(frozen=True, slots=True)
class Depth:
    """Events by state, and how long the oldest has waited that has somewhere to go.

    `pending` will be tried, `no_destination` waits for a setting, `dead` for an operator.
    """

    counts: dict[str, int]
    oldest_seconds: float


def depth(session: Session, destinations: Collection[str], at: datetime) -> Depth:
    """Count what was not delivered."""
    rows = session.execute(
        sa.select(OutboxEvent.state, OutboxEvent.destination, sa.func.count(), sa.func.min(OutboxEvent.created_at))
        .where(OutboxEvent.state.in_(("pending", "dead")))
        .group_by(OutboxEvent.state, OutboxEvent.destination)
    ).all()
    counts, oldest = {"pending": 0, "no_destination": 0, "dead": 0}, at
    for state, destination, count, since in rows:
        goes = state == "pending" and destination in destinations
        counts["pending" if goes else "dead" if state == "dead" else "no_destination"] += count
        oldest = min(oldest, since) if goes else oldest
    return Depth(counts, (at - oldest).total_seconds())
