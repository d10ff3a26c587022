"""The tables of requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, Instant, RowId
from billing.sealing import SealedJson, SealedText


class RequestRow(Base):
    """A request to sales or support. Anonymous visitors have no account.

    `details`: what it names (`billing.schemas.RequestDetails`). `attached`: the customer's plan and usage as they were
    then; None where they did not agree to send them. `charges`: those that it says are wrong.
    """

    __tablename__ = "request"

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    account_id: Mapped[str | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    topic: Mapped[str] = mapped_column(SealedText)
    message: Mapped[str] = mapped_column(SealedText)
    contact: Mapped[str | None] = mapped_column(SealedText)
    language: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[At]
    charges: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    answer: Mapped[str | None] = mapped_column(SealedText)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    details: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    attached: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"R-{self.id:06d}"


class RequestEventRow(Base):
    """What the CRM told of a request, once per `event_id`, which is the CRM's."""

    __tablename__ = "request_event"

    id: Mapped[RowId]
    event_id: Mapped[str] = mapped_column(sa.String(100), unique=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("request.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str | None] = mapped_column(SealedText)
    received_at: Mapped[At]
