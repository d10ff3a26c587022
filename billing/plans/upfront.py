"""What must be paid before a plan begins: the price or the deposit, where the way to pay does not settle at once.

An offer that is paid upfront by bank transfer is confirmed and invoiced, and begins with its payment. By invoice
(no way to pay named), with pay later, and with a card that settles at once it begins as it was confirmed.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.invoices import service as invoices
from billing.invoices.models import CreditNoteRow, InvoiceRow
from billing.money import Money
from billing.payments.providers.ways import ways_of
from billing.plans.models import Subscription
from billing.schemas import AwaitedPayment


def is_needed(session: Session, row: Subscription) -> bool:
    """Whether a prepared plan begins only once it is paid."""
    if row.payment_method is None or not asked(row):
        return False
    return ways_of(session).provider_of(row.payment_method).settles != "now"


def asked(row: Subscription) -> Money:
    """What is due at the start of a period: all, a deposit, or nothing with pay later."""
    return Money(row.price, row.currency) if row.payment_option == "full_upfront" else invoices.deposit(row)


def missing(session: Session, row: Subscription, invoice: InvoiceRow) -> Money | None:
    """What must still be paid before the period begins, less what credit notes took off; zero: it was paid.

    None: nothing was left to pay, for the invoice was taken back as a whole. Then it never begins.
    """
    noted, back = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(CreditNoteRow.total), 0),
            sa.func.coalesce(sa.func.sum(CreditNoteRow.refunded), 0),
        ).where(CreditNoteRow.invoice_id == invoice.id)
    ).one()
    due = min(asked(row).units, invoice.total - int(noted))
    return Money(max(0, due - (invoice.paid - int(back))), row.currency) if due > 0 else None


def awaited(session: Session, row: Subscription) -> AwaitedPayment | None:
    """What a confirmed plan waits for; None for one that waits for nothing."""
    if row.accepted_at is None or row.confirmed_at is not None or row.withdrawn_at is not None:
        return None
    invoice = invoices.of_period(session, row)
    if invoice is None:
        return None
    return AwaitedPayment.model_validate(
        {
            "amount": missing(session, row, invoice) or Money.zero(row.currency),
            "invoice": invoice.number,
            "method": row.payment_method,
            "due_on": invoice.deposit_due_on or invoice.due_on,
        }
    )
