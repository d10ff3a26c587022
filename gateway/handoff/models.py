"""The table of handoffs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant
from gateway.conversations.models import Base


class HandoffRow(Base):
    """A conversation handed to people: `waiting`, `taken` by one operator, then `returned` or `closed`.

    A conversation has one at most that has not ended. `request` is the number under which the team has it;
    `late_at` is when the customer was told that nobody had come.
    """

    __tablename__ = "handoff"
    __table_args__ = (
        sa.Index(
            "ix_handoff_open",
            "conversation_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_handoff_conversation_id", "conversation_id"),
        sa.Index("ix_handoff_state", "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    state: Mapped[str] = mapped_column(sa.String(8))
    request: Mapped[str | None] = mapped_column(sa.String(32))
    language: Mapped[str] = mapped_column(sa.String(2))
    asked_at: Mapped[At]
    late_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_by: Mapped[str | None] = mapped_column(sa.String(200))
    shown_name: Mapped[str | None] = mapped_column(sa.String(100))
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
