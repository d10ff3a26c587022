"""The gateway's own tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from billing.db import NAMING, At, Instant, RowId


class Base(DeclarativeBase):
    """What the gateway's tables derive from."""

    metadata = sa.MetaData(naming_convention=NAMING)


class ConversationRow(Base):
    """Who a conversation belongs to: (`account`, `user`), or the visitor whose secret has this hash.

    A visitor who signs in gives it to (`account`, `user`) and the hash goes, once (ADR 0009).
    """

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    account: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    user: Mapped[str | None] = mapped_column(sa.String(200))
    visitor_hash: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[At]


class TurnRow(Base):
    """One message of the caller and its reply, once for its key.

    `state` is `running` (until `lease_until`, then whoever sends it again takes it over), `failed` or `done`.
    `reply` is the list of messages as they were sent. `seen` is the message whose reply was the newest when the
    message came first. `form` is the form that the reply left open.

    `handoff_id`: it was said while a person answered, and the assistant knows nothing of it. `pushed`: nobody asked, so
    that there is a reply and no message of the caller.
    """

    __tablename__ = "turn"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "key"),
        sa.Index("ix_turn_newest", "conversation_id", "done_at"),
        sa.Index("ix_turn_pushed", "done_at", sqlite_where=sa.text("pushed"), postgresql_where=sa.text("pushed")),
    )

    id: Mapped[RowId]
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    message_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    seen: Mapped[str | None] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(8))
    lease_until: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[At]
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    reply: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    form: Mapped[str | None] = mapped_column(sa.String(64))
    handoff_id: Mapped[str | None] = mapped_column(sa.String(32))
    pushed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class RatingRow(Base):
    """What the caller thinks of the reply of a turn; one for each, the latest."""

    __tablename__ = "rating"

    turn_id: Mapped[RowId] = mapped_column(sa.ForeignKey("turn.id"), autoincrement=False)
    helpful: Mapped[bool]
    rated_at: Mapped[At]
