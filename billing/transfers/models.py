"""The table of what bank statements say came, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class BankLine(Base):
    """A line of a bank statement, once for its `bank_account` and `entry` (the bank's reference, or a digest).

    `amount` is above zero for money that came. `state`: `unmatched` waits for an operator (`why` says what for), as
    does `reversal`, money taken back that had come before. `credited` was posted in the transaction that said so:
    `pays_invoice` of it paid `invoice_id`, the rest is `top_up_id`. `matched` posted nothing: an operator had
    confirmed its transfer, or recorded its payment, before. `set_aside` posted nothing, for a `reason`. What the bank
    said never changes.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        sa.UniqueConstraint("bank_account", "entry"),
        sa.Index("ix_bank_line_state", "state", "id"),
        sa.Index("ix_bank_line_invoice_id", "invoice_id"),
    )

    id: Mapped[RowId]
    bank_account: Mapped[str] = mapped_column(sa.String(64))
    entry: Mapped[str] = mapped_column(sa.String(100))
    format: Mapped[str] = mapped_column(sa.String(8))
    booked_on: Mapped[date]
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    payer: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.String(1000))
    imported_at: Mapped[At]
    state: Mapped[str] = mapped_column(sa.String(16))
    why: Mapped[str | None] = mapped_column(sa.String(32))
    account_id: Mapped[str | None] = mapped_column(sa.ForeignKey("account.id"))
    top_up_id: Mapped[int | None] = mapped_column(sa.ForeignKey("top_up.id"), unique=True)
    invoice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invoice.id"))
    pays_invoice: Mapped[Units] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"BL-{self.id:06d}"

    @property
    def key(self) -> str:
        """What its money is posted under, once."""
        return f"bank_line:{self.id}"
