"""The table of top-ups."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class TopUp(Base):
    """A top-up: `pending` until the money came, then `completed`; `cancelled` where nobody waits for it any more.

    `asked` is what a bank transfer was to bring, where another `amount` came.
    `pays_owed` of it went to the ledger's `owed` bucket, the rest is credit in `top_up`. Each account's receipts are
    numbered from 1 without gaps, in the order in which the money came; what was received never changes.
    """

    __tablename__ = "top_up"
    __table_args__ = (sa.Index("ix_top_up_account_id_receipt", "account_id", "receipt", unique=True),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    asked: Mapped[int | None] = mapped_column(sa.BigInteger)
    method: Mapped[str] = mapped_column(sa.String(16))
    provider: Mapped[str] = mapped_column(sa.String(32))
    status: Mapped[str] = mapped_column(sa.String(16))
    pays_owed: Mapped[Units]
    balance_after: Mapped[Units]
    created_at: Mapped[At]
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    receipt: Mapped[int | None]

    @property
    def agreed(self) -> int:
        """What the customer confirmed, in units."""
        return self.amount if self.asked is None else self.asked

    @property
    def number(self) -> str:
        """What people call it."""
        return f"T-{self.id:06d}"

    @property
    def receipt_number(self) -> str | None:
        """The number of its receipt among the account's; None until the money came."""
        return f"RC-{self.receipt:06d}" if self.receipt else None

    @property
    def reference(self) -> str | None:
        """What to write on the bank transfer."""
        return f"BA{self.id:08d}" if self.provider == "bank_transfer" else None
