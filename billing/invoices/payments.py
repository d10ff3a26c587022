"""Recording money that came for an invoice."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.errors import AmountNotPositive, AmountTooFine, InvoiceNotFound
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.money import Money, minor_digits
from billing.plans import activation
from billing.schemas import Invoice


def record(
    session: Session, account_id: str, number: str, amount: Decimal | None, *, key: str, actor: str, at: datetime
) -> Invoice:
    """Take a payment once per key; `amount` None: all that is open. Never more than is open.

    Raises:
        InvoiceNotFound, AmountInvalid, AmountNotPositive, AmountTooFine: nothing was written.
    """
    account = accounts.lock(session, account_id)
    invoice = find(session, account_id, number)
    came = invoices.open_amount(invoice) if amount is None else Money.of(amount, account.currency)
    if amount is not None and came.units <= 0:
        raise AmountNotPositive
    if not came.is_payable():
        raise AmountTooFine(currency=account.currency, decimals=minor_digits(account.currency))
    before = invoice.paid
    invoices.pay(session, invoice, came, at=at, key=key)
    if invoice.paid != before:
        audit.record(
            session,
            actor=actor,
            action="invoice.pay",
            subject=account_id,
            at=at,
            before={"number": number, "paid": Money(before, account.currency).plain()},
            after={"number": number, "paid": Money(invoice.paid, account.currency).plain()},
        )
        activation.paid(session, invoice, at)
    return invoices.schema(session, invoice, at)


def find(session: Session, account_id: str, number: str) -> InvoiceRow:
    """An invoice of the account.

    Raises:
        InvoiceNotFound: the account has none of that number.
    """
    for row in session.scalars(sa.select(InvoiceRow).where(InvoiceRow.account_id == account_id)):
        if row.number == number:
            return row
    raise InvoiceNotFound(number)
