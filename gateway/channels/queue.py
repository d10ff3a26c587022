"""Rows of work: taken one by one, in the order of their stream, tried again until done or given up.

The same mechanics as billing's outbox, which knows no streams: a chat must not show a reply before the one ahead of it.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from gateway.channels.models import ChannelDelivery, ChannelEvent

Row = TypeVar("Row", ChannelEvent, ChannelDelivery)

LEASE = timedelta(seconds=60)
"""How long a taken row is left to its taker; after a crash it is due again. Longer than any call may take."""
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=10)


def take(session: Session, kind: type[Row], channel: str, at: datetime) -> Row | None:
    """The oldest row that is due and the first of its stream; other takers pass it by."""
    before = aliased(kind)
    waiting = sa.exists().where(before.stream == kind.stream, before.state == "pending", before.id < kind.id)
    row = session.scalar(
        sa.select(kind)
        .where(kind.state == "pending", kind.channel == channel, kind.next_attempt_at <= at, ~waiting)
        .order_by(kind.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=kind)
    )
    if row is not None:
        row.attempts += 1
        row.next_attempt_at = at + LEASE
    return row


def is_due(session: Session, kind: type[Row], channel: str, at: datetime) -> bool:
    """Whether there may be something to take: asked without the write lock that taking needs on SQLite."""
    due = sa.exists().where(kind.state == "pending", kind.channel == channel, kind.next_attempt_at <= at)
    return bool(session.scalar(sa.select(due)))


def finish(row: Row, at: datetime, state: str = "done") -> None:
    """Nothing is left to do; what it held is kept only of a dead call, to be tried again by an operator's wish."""
    row.state, row.done_at = state, at
    if isinstance(row, ChannelEvent):
        row.heard = None
    elif state != "dead":
        row.call = None


def put_off(row: Row, reason: str, at: datetime, after: float | None = None) -> None:
    """Try again later: when the other side said, else twice as late each time, with some chance in it."""
    row.last_error = reason[:300]
    wait = min(_FIRST_WAIT * 2 ** min(row.attempts, 20), _LONGEST_WAIT)
    spread = wait * random.uniform(0.5, 1)  # noqa: S311  spreads retries, guards nothing
    row.next_attempt_at = at + (timedelta(seconds=after) if after is not None else spread)
