"""The tables of invoices."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, RowId, Units


class InvoiceRow(Base):
    """An invoice of a plan's period. `total` is the sum of its lines, each rounded to the coin."""

    __tablename__ = "invoice"

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"), unique=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]
    currency: Mapped[CurrencyCode]
    total: Mapped[Units]
    paid: Mapped[Units]
    created_at: Mapped[At]

    @property
    def number(self) -> str:
        """What people call it."""
        return f"INV-{self.id:06d}"


class InvoiceLineRow(Base):
    """A line: what for, how much of it, at which amount."""

    __tablename__ = "invoice_line"

    id: Mapped[RowId]
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id"), index=True)
    text_key: Mapped[str] = mapped_column(sa.String(32))
    service: Mapped[str | None] = mapped_column(sa.String(64))
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    units: Mapped[Units]
