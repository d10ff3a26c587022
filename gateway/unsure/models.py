"""The table of messages that the assistant was unsure of. No account, user or conversation stands in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant, RowId
from gateway.conversations.models import Base


class UnsureRow(Base):
    """A masked text, once a language however often it is said.

    Guess, ranking and outcome are of the last time. `afterwards` counts what its writers did next: how → topic → times.
    """

    __tablename__ = "unsure_message"
    __table_args__ = (sa.UniqueConstraint("language", "digest"),)

    id: Mapped[RowId]
    language: Mapped[str] = mapped_column(sa.String(2))
    digest: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    ranking: Mapped[list[Any]] = mapped_column(sa.JSON)
    outcome: Mapped[str] = mapped_column(sa.String(16))
    afterwards: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    seen: Mapped[int] = mapped_column(sa.Integer)
    first_seen: Mapped[At]
    last_seen: Mapped[At] = mapped_column(index=True)
    label: Mapped[str | None] = mapped_column(sa.String(64))
    labelled_by: Mapped[str | None] = mapped_column(sa.String(200))
    labelled_at: Mapped[datetime | None] = mapped_column(Instant)
