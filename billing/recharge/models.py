"""The table of top-ups."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class TopUp(Base):
    """A top-up: `pending` until the money came, then `completed`.

    `pays_owed` of it went to the ledger's `owed` bucket, the rest is credit in `top_up`.
    """

    __tablename__ = "top_up"

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    method: Mapped[str] = mapped_column(sa.String(16))
    provider: Mapped[str] = mapped_column(sa.String(32))
    status: Mapped[str] = mapped_column(sa.String(16))
    pays_owed: Mapped[Units]
    balance_after: Mapped[Units]
    created_at: Mapped[At]
    completed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"T-{self.id:06d}"

    @property
    def reference(self) -> str | None:
        """What to write on the bank transfer."""
        return f"BA{self.id:08d}" if self.provider == "bank_transfer" else None
