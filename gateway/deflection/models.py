"""The tables of enquiries and of the answers given to them. No text stands in them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant, RowId
from gateway.conversations.models import Base


class EnquiryRow(Base):
    """What somebody wanted in a conversation: the turns about one topic, without an hour of silence between two.

    `person` is a digest of the account and its user, or of a visitor's conversation. `day` is the UTC day of its first
    turn. `form` is the form that stands open for it. `left` is where it stood after its last turn: `form` (open, or
    cancelled), `asked` (which of two topics is meant), `unsure` (turned away), or null. `rated` is the latest word on
    one of its answers. `asked_people_at`: a person was asked for, or came. `returned_after`: seconds until the same
    person began anew on the topic, in whatever conversation.
    """

    __tablename__ = "enquiry"
    __table_args__ = (
        sa.Index("ix_enquiry_day", "day", "topic", "language"),
        sa.Index("ix_enquiry_conversation_id", "conversation_id", "last_at"),
        sa.Index("ix_enquiry_person", "person", "topic", "began_at"),
    )

    id: Mapped[RowId]
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    person: Mapped[str] = mapped_column(sa.String(64))
    topic: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(2))
    day: Mapped[date]
    began_at: Mapped[At]
    last_at: Mapped[At]
    form: Mapped[str | None] = mapped_column(sa.String(64))
    left: Mapped[str | None] = mapped_column(sa.String(8))
    thanked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    rated: Mapped[bool | None]
    asked_people_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_after: Mapped[int | None]


class AnswerRow(Base):
    """An answer to an enquiry: how long it took, and what was done where the message was not surely understood."""

    __tablename__ = "enquiry_answer"
    __table_args__ = (sa.Index("ix_enquiry_answer_enquiry_id", "enquiry_id"),)

    turn_id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("turn.id"), primary_key=True
    )
    enquiry_id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey("enquiry.id"), primary_key=True
    )
    waited_ms: Mapped[int]
    doubt: Mapped[str | None] = mapped_column(sa.String(16))
