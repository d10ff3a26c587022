"""The tables of traced answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Json, RowId
from gateway.conversations.models import Base


class AnswerTextsRow(Base):
    """All that the assistant could say at a time, in every language: by its hash, packed; once a version."""

    __tablename__ = "answer_texts"

    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    kept_at: Mapped[At]


class AnswerTraceRow(Base):
    """What a message's figures came from (`billing.answers.schemas.Trace`). `number` is the message's in its turn.

    `texts` and `model` are those that it was said and understood with.
    """

    __tablename__ = "answer_trace"

    turn_id: Mapped[RowId] = mapped_column(sa.ForeignKey("turn.id"), autoincrement=False)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    trace: Mapped[Json]
    texts: Mapped[str] = mapped_column(sa.ForeignKey("answer_texts.fingerprint"))
    model: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[At]
