"""The table of erasures. It names whose data went, by account and user, and holds nothing else of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant, RowId
from billing.sealing import SealedText
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


class ErasureProposalRow(Base):
    """An erasure that one administrator asks for; another approves or rejects it, once, before it expires.

    `whose` is the digest of account and user: one of them waits at most. `user` is emptied when it is decided.
    """

    __tablename__ = "erasure_proposal"
    __table_args__ = (
        sa.Index(
            "uq_erasure_proposal_open",
            "whose",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[RowId]
    account: Mapped[str] = mapped_column(sa.String(64), index=True)
    user: Mapped[str | None] = mapped_column(SealedText)
    whose: Mapped[str] = mapped_column(sa.String(64))
    reference: Mapped[str] = mapped_column(sa.String(64))
    proposed_by: Mapped[str] = mapped_column(sa.String(200))
    proposed_at: Mapped[At]
    expires_at: Mapped[At]
    state: Mapped[str] = mapped_column(sa.String(16))
    decided_by: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    erasure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("erasure.id"))

    @property
    def number(self) -> str:
        """What people call it."""
        return f"EP-{self.id:06d}"
