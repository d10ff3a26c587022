"""The lines that an invoice is the sum of; they never change."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.answers import past
from billing.answers.schemas import Source, Trace
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.money import QUANTITY_DECIMALS, Money
from billing.schemas import InvoiceLine


def of_invoice(session: Session, trace: Trace, number: str, currency: str) -> Source:
    """Those of the account's invoice of that number."""
    kept = past.states(session, trace.account, trace.position, InvoiceRow.__tablename__)
    [invoice] = [row["id"] for row in kept if row["number"] == number]
    query = sa.select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == invoice).order_by(InvoiceLineRow.id)
    lines = [
        InvoiceLine(
            text_key=row.text_key,
            service=row.service,
            quantity=Decimal(row.quantity).scaleb(-QUANTITY_DECIMALS),
            amount=Money(row.units, currency),
        )
        for row in session.scalars(query)
    ]
    total = Money.total((line.amount for line in lines), currency)
    return Source(kind="lines", ref=number, count=len(lines), sum=total, lines=lines)
