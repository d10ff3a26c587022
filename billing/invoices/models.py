"""The tables of invoices and credit notes.

What was issued never changes: triggers in the migration refuse it. Of an invoice only `paid` and `credited` move.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.accounts.models import AccountRow
from billing.db import At, Base, CurrencyCode, Instant, RowId, Units
from billing.invoices import numbers


class InvoiceRow(Base):
    """An invoice of a plan's period. `total` is the sum of its lines, each rounded to the coin.

    `series`, `sequence`, `number` and `customer` (the account's name) are filled in when it is written. `credited` is
    what credit notes took off what was open; what they took off what was paid went back as credit.

    `deposit` is the part that is due by `deposit_due_on` already. `settled_at`: use that became known after a period
    paid later was invoiced has been asked for, and none can come any more.
    """

    __tablename__ = "invoice"

    id: Mapped[RowId]
    series: Mapped[str] = mapped_column(sa.String(32))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(48), index=True, unique=True)
    customer: Mapped[str] = mapped_column(sa.String(200))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"), unique=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]
    currency: Mapped[CurrencyCode]
    total: Mapped[Units]
    paid: Mapped[Units]
    credited: Mapped[Units] = mapped_column(default=0, server_default="0")
    deposit: Mapped[Units] = mapped_column(default=0)
    deposit_due_on: Mapped[date | None]
    created_at: Mapped[At]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def open_units(self) -> int:
        """What is still to be paid, in units of money."""
        return self.total - self.paid - (self.credited or 0)


class InvoiceLineRow(Base):
    """A line: what for, how much of it, at which amount."""

    __tablename__ = "invoice_line"

    id: Mapped[RowId]
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id"), index=True)
    text_key: Mapped[str] = mapped_column(sa.String(32))
    service: Mapped[str | None] = mapped_column(sa.String(64))
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    units: Mapped[Units]


class CreditNoteRow(Base):
    """A correction of an invoice: `total` of its lines is taken back; `refunded` of it was paid, and is credit now."""

    __tablename__ = "credit_note"

    id: Mapped[RowId]
    series: Mapped[str] = mapped_column(sa.String(32))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(48), unique=True)
    customer: Mapped[str] = mapped_column(sa.String(200))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    terms: Mapped[str] = mapped_column(sa.String(200))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id"), index=True)
    issued_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500))
    currency: Mapped[CurrencyCode]
    total: Mapped[Units]
    refunded: Mapped[Units]
    created_at: Mapped[At]


class CreditNoteLineRow(Base):
    """What a credit note takes off a line of its invoice."""

    __tablename__ = "credit_note_line"

    id: Mapped[RowId]
    credit_note_id: Mapped[int] = mapped_column(sa.ForeignKey("credit_note.id"), index=True)
    invoice_line_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice_line.id"), index=True)
    units: Mapped[Units]


def _number(prefix: str) -> Any:
    """Numbers a document in the statement that writes it: none is ever without, whoever issues it."""

    def number(mapper: Any, connection: sa.Connection, row: Any) -> None:
        row.series = f"{prefix}-{row.issued_on.year}"
        row.sequence = numbers.claim(connection, row.series)
        row.number = numbers.written(row.series, row.sequence)
        row.customer = connection.scalar(sa.select(AccountRow.name).where(AccountRow.id == row.account_id))

    return number


sa.event.listen(InvoiceRow, "before_insert", _number("INV"))
sa.event.listen(CreditNoteRow, "before_insert", _number("CN"))
