"""The table of erasures. It names whose data went, by account and user, and holds nothing else of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant, RowId
from gateway.conversations.models import Base


class ErasureRow(Base):
    """What was erased for whom. `conversations`: whose events are still to be removed; emptied at `swept_at`.

    The events of conversations stand in a database of their own on SQLite: what dies between the two is gone on with.
    """

    __tablename__ = "erasure"

    id: Mapped[RowId]
    account: Mapped[str] = mapped_column(sa.String(64), index=True)
    user_hash: Mapped[str | None] = mapped_column(sa.String(64))
    actor: Mapped[str] = mapped_column(sa.String(200))
    erased_at: Mapped[At]
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    conversations: Mapped[list[Any]] = mapped_column(sa.JSON)
    swept_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"ER-{self.id:06d}"
