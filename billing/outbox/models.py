"""The table of the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, Instant, RowId
from billing.sealing import SealedJson


class OutboxEvent(Base):
    """Something to deliver: `pending` until the receiver took it, `dead` after too many tries.

    `destination` names where to (`billing.outbox.destinations`); `subject` is the row that it tells of, by its kind.
    `forgotten`: it was delivered long ago, and its body emptied.
    """

    __tablename__ = "outbox_event"

    id: Mapped[RowId]
    kind: Mapped[str] = mapped_column(sa.String(64))
    destination: Mapped[str] = mapped_column(sa.String(32), server_default="sales_webhook")
    subject: Mapped[int] = mapped_column(sa.BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    state: Mapped[str] = mapped_column(sa.String(16), index=True)
    attempts: Mapped[int]
    next_attempt_at: Mapped[At]
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[At]
    traceparent: Mapped[str | None] = mapped_column(sa.String(55))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    forgotten: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
