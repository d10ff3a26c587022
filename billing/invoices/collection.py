"""Taking what is due at a period's start by the way to pay that the customer chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.money import Money
from billing.plans.models import Subscription
from billing.recharge.providers import provider_of


def collect(session: Session, row: Subscription, invoice: InvoiceRow, at: datetime) -> None:
    """Charge the price or the deposit, less what was credited; what is paid by transfer or by invoice stays open.

    Raises:
        PaymentDeclined: nothing was taken.
    """
    asked = invoice.deposit if row.payment_option == "partial_upfront" else invoice.total
    due = Money(asked - invoice.paid, invoice.currency)
    if row.payment_option == "pay_later" or row.payment_method is None or due.units <= 0:
        return
    if provider_of(row.payment_method).pay(due) == "completed":
        invoices.pay(session, invoice, due, at=at, key="start")
