"""Taking what is due at a period's start by the way to pay that the customer chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.errors import PaymentClosed, PaymentMethodUnknown
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.money import Money
from billing.payments import cards
from billing.payments import service as payments
from billing.payments.models import PaymentRow
from billing.payments.providers.ways import ways_of
from billing.plans.models import Subscription


def collect(session: Session, row: Subscription, invoice: InvoiceRow, at: datetime) -> None:
    """Charge the price or the deposit, less what was credited; what is paid by transfer or by invoice stays open.

    Of an online provider it is asked once this is committed; the invoice is paid when the provider says so.

    Raises:
        PaymentDeclined: nothing was taken.
    """
    asked = invoice.deposit if row.payment_option == "partial_upfront" else invoice.total
    due = Money(asked - invoice.paid, invoice.currency)
    if row.payment_option == "pay_later" or row.payment_method is None or due.units <= 0:
        return
    provider = ways_of(session).get(row.payment_method)
    if provider is None:  # that way to pay is not taken any more: it stays open, as by invoice
        return
    if provider.settles == "after_payment":
        ask_for(session, invoice, due, method=row.payment_method, key=f"invoice:{invoice.id}:start", at=at)
    elif provider.pay(due) == "completed":
        invoices.pay(session, invoice, due, at=at, key="start")


def request(session: Session, invoice: InvoiceRow, method: str, key: str, at: datetime) -> PaymentRow:
    """Ask for a payment of what is open, once per key; one that is waited for already is given. The lock is held.

    Raises:
        PaymentMethodUnknown: not paid by a provider here.
        PaymentClosed: nothing is open.
    """
    if (provider := ways_of(session).provider_of(method)).settles != "after_payment":
        raise PaymentMethodUnknown(provider.name)
    session.refresh(invoice)
    asked = payments.of_subject(session, "invoice", invoice.id)
    due = invoices.open_amount(invoice)
    if asked is not None and asked.state not in payments.OVER and asked.amount == due.units:
        return asked
    if not due:
        raise PaymentClosed(invoice.number)
    return ask_for(session, invoice, due, method=method, key=f"invoice:{invoice.id}:{key}", at=at)


def ask_for(session: Session, invoice: InvoiceRow, amount: Money, *, method: str, key: str, at: datetime) -> PaymentRow:
    """Ask an online provider for a payment of an invoice, once per key: of the default card, where one is saved.

    The account's lock is held.

    Raises:
        PaymentMethodUnknown: not a way to pay online here.
    """
    card = cards.default(session, invoice.account_id, at) if method == "card" else None
    return payments.ask(
        session,
        account_id=invoice.account_id,
        purpose="invoice",
        subject_id=invoice.id,
        subject=invoice.number,
        amount=amount,
        method=method,
        provider=ways_of(session).provider_of(method).name,
        card_id=card.id if card is not None else None,
        key=key,
        at=at,
    )
