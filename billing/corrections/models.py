"""The tables of corrections and of those that wait for a second person."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class Correction(Base):
    """A correction of top-up credit and its reason, once for its key. Its money is the ledger's.

    `actor` is who made it; unknown of corrections older than that was kept.
    """

    __tablename__ = "correction"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    reason: Mapped[str] = mapped_column(sa.Text)
    top_up_after: Mapped[Units]
    at: Mapped[At]
    actor: Mapped[str | None] = mapped_column(sa.String(200))

    @property
    def number(self) -> str:
        """What people call it."""
        return f"C-{self.id:06d}"


class ProposalRow(Base):
    """A correction that one operator proposed; another approves or rejects it, once, before it expires."""

    __tablename__ = "correction_proposal"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "key"),
        sa.Index("ix_correction_proposal_state", "state", "id"),
    )

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by: Mapped[str] = mapped_column(sa.String(200))
    proposed_at: Mapped[At]
    expires_at: Mapped[At]
    state: Mapped[str] = mapped_column(sa.String(16))
    decided_by: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(sa.Text)
    correction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("correction.id"))

    @property
    def number(self) -> str:
        """What people call it."""
        return f"A-{self.id:06d}"
