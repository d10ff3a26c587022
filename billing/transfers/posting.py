"""Crediting a line of a bank statement, in the transaction that says that it is credited.

The caller owns the transaction and holds the line; nothing here commits.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.errors import CurrencyMismatch
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.ledger import service as ledger
from billing.money import Money
from billing.payments.providers.offline import BankTransfer
from billing.recharge import service as recharges
from billing.recharge.models import TopUp
from billing.settlement.service import after_payment
from billing.transfers.models import BankLine


def credit(session: Session, line: BankLine, target: TopUp | InvoiceRow | AccountRow, at: datetime) -> None:
    """Post all that came, to a transfer that is waited for, to what is open on an invoice, the rest as top-up credit.

    Nothing is posted where an operator was before the line: who confirmed its transfer, or recorded the payment of its
    invoice under the bank's reference. The line is matched to that.

    Raises:
        CurrencyMismatch: the account is kept in another currency; nothing was written.
    """
    account = accounts.lock(session, target.id if isinstance(target, AccountRow) else target.account_id)
    if account.currency != line.currency:
        raise CurrencyMismatch(account.currency, line.currency)
    session.refresh(target)
    line.account_id, line.state, line.why, line.reason, line.settled_at = account.id, "credited", None, None, at
    came = Money(line.amount, line.currency)
    if isinstance(target, TopUp) and target.completed_at is None:
        recharges.complete(session, target, came, at)
        line.top_up_id = target.id
        return
    if isinstance(target, TopUp) and not _has_a_line(session, target):
        line.state, line.top_up_id = "matched", target.id
        return
    if isinstance(target, InvoiceRow) and is_recorded(session, line, target):
        line.state, line.invoice_id = "matched", target.id
        return
    if isinstance(target, InvoiceRow):
        came -= _pay(session, line, target, came, at)
    if came:
        made = recharges.receive(
            session, account, came, method="bank_transfer", provider=BankTransfer.name, key=line.key, at=at
        )
        line.top_up_id = made.id


def _pay(session: Session, line: BankLine, invoice: InvoiceRow, came: Money, at: datetime) -> Money:
    """Pay what is open of the invoice; what was taken. The one place where a line pays an invoice."""
    paid = invoices.pay(session, invoice, came, at=at, key=line.key, source=BankTransfer.name)
    line.invoice_id, line.pays_invoice = invoice.id, paid.units
    if paid:
        after_payment(session, invoice, at)
    return paid


def is_recorded(session: Session, line: BankLine, invoice: InvoiceRow) -> bool:
    """Whether an operator recorded this payment of the invoice by hand: its key is the bank's reference."""
    reference = line.entry.removeprefix("+")
    return reference != line.entry and ledger.posted(session, f"payment:{invoice.id}:{reference}") is not None


def _has_a_line(session: Session, top_up: TopUp) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(BankLine.top_up_id == top_up.id))))
