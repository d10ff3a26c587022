"""The events that wait to be published, those that were counted, and the counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, RowId
from gateway.conversations.models import Base


class WaitingEvent(Base):
    """An event that was stored with its turn and is not yet the broker's."""

    __tablename__ = "analytics_outbox"

    id: Mapped[RowId]
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[At]


class CountedEvent(Base):
    """The id of an event that was counted: one that comes again counts no more."""

    __tablename__ = "analytics_counted"

    event_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    counted_at: Mapped[At]


class Count(Base):
    """Turns of a UTC day."""

    __tablename__ = "analytics_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    outcome: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    turns: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"))
