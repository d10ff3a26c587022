"""The table of corrections."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, RowId, Units


class Correction(Base):
    """A correction of top-up credit and its reason, once for its key. Its money is the ledger's."""

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

    @property
    def number(self) -> str:
        """What people call it."""
        return f"C-{self.id:06d}"
