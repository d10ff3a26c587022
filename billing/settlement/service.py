"""What the provider says of a payment, written down: credited once, whatever comes twice, late or out of order."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.money import Money
from billing.payments import service as payments
from billing.payments.models import PaymentRow
from billing.payments.providers.base import Intent
from billing.plans import activation
from billing.recharge import service as recharges
from billing.recharge.models import TopUp
from billing.schemas import Method


def apply(session: Session, row: PaymentRow, intent: Intent, at: datetime, *, vouched: bool) -> str | None:
    """Write what the provider says of a payment, whose lock is held; what asks for a person, None where nothing does.

    Money is credited only where the provider vouches for it: by a signed webhook, or asked by the reconciler.
    """
    if row.reference not in (None, intent.reference):
        if intent.state != "succeeded":
            return None  # an intent that another took the place of
        if row.state == "succeeded":
            return f"{intent.reference} was paid, too"
    row.reference = intent.reference
    if intent.state == "succeeded" and vouched:
        return _settle(session, row, intent, at)
    payments.reported(row, intent, at)
    if row.state in {"cancelled", "expired"}:
        _given_up(session, row)
    session.flush()
    return None


def give_up(session: Session, row: PaymentRow, state: str) -> None:
    """The customer does not want to pay, or did not in time: `cancelled` or `expired`."""
    row.state, row.failure = state, None
    _given_up(session, row)
    session.flush()


def _settle(session: Session, row: PaymentRow, intent: Intent, at: datetime) -> str | None:
    if row.state == "succeeded":
        return None
    amount = Money(row.amount, row.currency)
    if intent.received != amount:
        return _differs(session, row, intent, at)
    row.state, row.failure, row.settled_at, row.check_at = "succeeded", None, at, None
    session.flush()
    if row.purpose == "top_up":
        recharges.complete(session, session.get_one(TopUp, row.subject_id), amount, at)
    else:
        _pay_invoice(session, row, amount, at)
    return None


def _pay_invoice(session: Session, row: PaymentRow, amount: Money, at: datetime) -> None:
    """What is open is paid; what came beyond it is credit, with a receipt."""
    invoice = session.get_one(InvoiceRow, row.subject_id)
    taken = invoices.pay(session, invoice, amount, at=at, key=f"payment-{row.id}", source=row.provider)
    if rest := amount - taken:
        account, method = accounts.find(session, row.account_id), cast(Method, row.method)
        recharges.receive(
            session, account, rest, method=method, provider=row.provider, key=f"payment:{row.id}:rest", at=at
        )
    activation.paid(session, invoice, at)


def _differs(session: Session, row: PaymentRow, intent: Intent, at: datetime) -> str:
    """Never credited: a person has to look at it."""
    told = f"{intent.received or 'another currency'} came instead of {Money(row.amount, row.currency)}"
    if row.failure != "amount_differs":
        row.state, row.failure, row.check_at = "processing", "amount_differs", None
        audit.record(
            session, actor="system", action="payment.amount_differs", subject=row.number, at=at, after={"told": told}
        )
    session.flush()
    return told


def _given_up(session: Session, row: PaymentRow) -> None:
    if row.purpose == "top_up":
        top_up = session.get_one(TopUp, row.subject_id)
        if top_up.status == "pending":
            top_up.status = "cancelled"


def lock(session: Session, number: int) -> PaymentRow:
    """A payment under its account's lock, and what it pays for as it is now."""
    row = payments.locked(session, number)
    kind = TopUp if row.purpose == "top_up" else InvoiceRow
    session.get_one(kind, row.subject_id, populate_existing=True)
    return row


def needless(session: Session, account_id: str) -> list[int]:
    """The account's payments that may still be made for an invoice on which nothing is open."""
    query = (
        sa.select(PaymentRow.id, InvoiceRow)
        .join(InvoiceRow, InvoiceRow.id == PaymentRow.subject_id)
        .where(
            PaymentRow.account_id == account_id, PaymentRow.purpose == "invoice", PaymentRow.state.in_(payments.OPEN)
        )
        .order_by(PaymentRow.id)
    )
    return [number for number, invoice in session.execute(query) if invoice.open_units <= 0]
