"""Money that goes back, and comes again: from the top-up credit, and what is not there becomes owed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.payments.models import PaymentRow


def take(session: Session, payment: PaymentRow, amount: Money, *, kind: str, key: str, at: datetime) -> None:
    """Take an amount from the account, once per key."""
    there = ledger.balance(session, payment.account_id, "top_up", payment.currency)
    taken = min(there, amount)
    _post(session, payment, -taken, taken - amount, amount, kind=kind, key=key, at=at)


def give(session: Session, payment: PaymentRow, amount: Money, *, kind: str, key: str, at: datetime) -> None:
    """Give an amount to the account, once per key: what is owed is paid first."""
    owed = -ledger.balance(session, payment.account_id, "owed", payment.currency)
    pays = min(owed, amount)
    _post(session, payment, amount - pays, pays, -amount, kind=kind, key=key, at=at)


def _post(
    session: Session,
    payment: PaymentRow,
    top_up: Money,
    owed: Money,
    clearing: Money,
    *,
    kind: str,
    key: str,
    at: datetime,
) -> None:
    postings = [Posting("top_up", top_up), Posting("owed", owed), Posting("clearing", clearing, payment.provider)]
    ledger.post_once(
        session,
        owner=payment.account_id,
        key=key,
        kind=kind,
        at=at,
        postings=[posting for posting in postings if posting.amount],
    )
