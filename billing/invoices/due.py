"""What falls due by itself: invoices of periods that began or ended. Right however late, often or concurrently it runs.

Each period is billed once: its account's lock is held, and an invoice's period is unique.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import PaymentDeclined
from billing.invoices import service as invoices
from billing.invoices.collection import collect
from billing.invoices.models import InvoiceRow
from billing.ledger import service as ledger
from billing.ledger.models import LedgerAccount, LedgerEntry
from billing.ledger.service import Posting
from billing.money import Money
from billing.plans.models import Subscription

LATE = timedelta(days=34)
"""How long after its time use can still become known."""


def due(session: Session, at: datetime, only: int | None = None) -> list[tuple[str, int]]:
    """Accounts and periods that are to be invoiced: at the start, or after the end with pay later."""
    end = sa.case(
        (Subscription.ended_at < Subscription.ends_at, Subscription.ended_at),
        else_=Subscription.ends_at,
    )
    query = (
        sa.select(Subscription.account_id, Subscription.id)
        .outerjoin(InvoiceRow, InvoiceRow.subscription_id == Subscription.id)
        .where(
            InvoiceRow.id.is_(None),
            Subscription.confirmed_at.is_not(None),
            Subscription.withdrawn_at.is_(None),
            sa.case((Subscription.payment_option == "pay_later", end), else_=Subscription.starts_at) <= at,
        )
    )
    if only is not None:
        query = query.where(Subscription.id == only)
    return [(account, number) for account, number in session.execute(query.order_by(Subscription.id))]


def bill(session: Session, account_id: str, subscription_id: int, at: datetime) -> InvoiceRow | None:
    """Invoice one period that is due, and take what is due at its start; None where that is done or not so any more."""
    accounts.lock(session, account_id)
    if not due(session, at, only=subscription_id):
        return None
    row = session.get_one(Subscription, subscription_id)
    invoice = invoices.issue(session, row, at)
    with suppress(PaymentDeclined):  # it stays open, and shows as overdue once it is
        collect(session, row, invoice, at)
    return invoice


def unsettled(session: Session, at: datetime) -> list[tuple[str, int]]:
    """Accounts and invoices of periods paid later, of which no use can become known any more."""
    query = (
        sa.select(InvoiceRow.account_id, InvoiceRow.id)
        .join(Subscription, Subscription.id == InvoiceRow.subscription_id)
        .where(
            InvoiceRow.settled_at.is_(None),
            Subscription.payment_option == "pay_later",
            Subscription.ends_at <= at - LATE,
        )
    )
    return [(account, number) for account, number in session.execute(query.order_by(InvoiceRow.id))]


def settle(session: Session, account_id: str, invoice_id: int, at: datetime) -> InvoiceRow | None:
    """Ask for use that became known after the period's invoice, once: it is owed. None where that was done."""
    accounts.lock(session, account_id)
    invoice = session.get_one(InvoiceRow, invoice_id, populate_existing=True)
    if invoice.settled_at is not None:
        return None
    row = session.get_one(Subscription, invoice.subscription_id)
    used = Money.total((amount for _, _, amount in invoices.used_by(session, row)), row.currency)
    late = used - _invoiced(session, invoice)
    if late:
        ledger.post_once(
            session,
            owner=account_id,
            key=f"invoice:{invoice.id}:late",
            kind="invoice",
            at=at,
            postings=[Posting("owed", -late), Posting("plan_revenue", late)],
        )
    invoice.settled_at = at
    return invoice


def _invoiced(session: Session, invoice: InvoiceRow) -> Money:
    """The exact amount of the invoice, before its lines were rounded."""
    posted = ledger.posted(session, f"invoice:{invoice.id}")
    if posted is None:
        return Money.zero(invoice.currency)
    units = session.scalar(
        sa.select(sa.func.sum(LedgerEntry.units))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(LedgerEntry.transaction_id == posted.id, LedgerAccount.kind == "plan_revenue")
    )
    return Money(int(units or 0), invoice.currency)
