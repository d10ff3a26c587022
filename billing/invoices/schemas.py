"""Credit notes as they cross the door."""

from __future__ import annotations

from datetime import date

from billing.schemas import InvoiceLine, MoneyField, Schema


class CreditNote(Schema):
    """A correction of an invoice; its lines add up to its total.

    What of the total was not paid yet is owed no more; what was paid (`refunded`) is top-up credit now.
    """

    number: str
    invoice: str
    issued_on: date
    reason: str
    total: MoneyField
    refunded: MoneyField
    lines: list[InvoiceLine]
