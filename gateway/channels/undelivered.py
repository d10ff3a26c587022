"""What did not reach a channel, for an operator: without what it says, which is the customer's."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from gateway.channels.models import ChannelDelivery


class Undelivered(BaseModel):
    """A call on its way, or given up (`dead`)."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    channel: str
    state: Literal["pending", "dead"]
    attempts: int
    perhaps_twice: bool
    next_attempt_at: datetime
    last_error: str | None
    created_at: datetime


def undelivered(session: Session) -> list[Undelivered]:
    """What is pending or dead, oldest first."""
    query = sa.select(ChannelDelivery).where(ChannelDelivery.state.in_(("pending", "dead")))
    return [Undelivered.model_validate(row) for row in session.scalars(query.order_by(ChannelDelivery.id))]


def retry_dead(session: Session, at: datetime) -> int:
    """Make the dead due again, by an operator's wish; how many they are."""
    dead = list(session.scalars(sa.select(ChannelDelivery).where(ChannelDelivery.state == "dead")))
    for row in dead:
        row.state, row.attempts, row.next_attempt_at, row.done_at = "pending", 0, at, None
    return len(dead)
