"""Posting to the ledger: all or nothing, once per key, summing to zero.

The caller holds the lock of the owner's account row (`accounts.lock`) and the transaction; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.money import Money

BUCKETS = ("plan", "voucher", "top_up", "owed")
"""What usage is charged to, in this order."""


class Unbalanced(AssertionError):
    """Postings that do not sum to zero: a fault of the program, never of a caller."""


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount to post: to a bucket or contra account of the owner, positive into it."""

    kind: str
    amount: Money
    ref: str = ""


def account(session: Session, owner: str, kind: str, currency: str, ref: str = "") -> LedgerAccount:
    """The ledger account, opened at zero when it is not there yet."""
    found = session.scalar(
        sa.select(LedgerAccount).where(
            LedgerAccount.owner == owner, LedgerAccount.kind == kind, LedgerAccount.ref == ref
        )
    )
    if found is None:
        found = LedgerAccount(owner=owner, kind=kind, ref=ref, currency=currency, balance=0)
        session.add(found)
        session.flush()
    return found


def posted(session: Session, key: str) -> LedgerTransaction | None:
    """The transaction that claimed the key."""
    return session.scalar(sa.select(LedgerTransaction).where(LedgerTransaction.key == key))


def post_once(
    session: Session,
    *,
    owner: str,
    key: str,
    kind: str,
    at: datetime,
    postings: Sequence[Posting],
    service: str | None = None,
) -> LedgerTransaction:
    """Post under the key, or give what was posted under it before.

    Raises:
        Unbalanced: the postings do not sum to zero in each currency.
    """
    before = posted(session, key)
    if before is not None:
        return before
    _check_balanced(postings)
    transaction = LedgerTransaction(key=key, owner=owner, kind=kind, service=service, at=at)
    session.add(transaction)
    session.flush()
    for posting in postings:
        to = account(session, owner, posting.kind, posting.amount.currency, posting.ref)
        to.balance += posting.amount.units
        session.add(LedgerEntry(transaction_id=transaction.id, ledger_account_id=to.id, units=posting.amount.units))
    session.flush()
    return transaction


def balance(session: Session, owner: str, kind: str, currency: str, ref: str = "") -> Money:
    """The balance kept; zero for an account never posted to."""
    units = session.scalar(
        sa.select(LedgerAccount.balance).where(
            LedgerAccount.owner == owner, LedgerAccount.kind == kind, LedgerAccount.ref == ref
        )
    )
    return Money(units or 0, currency)


def position(session: Session) -> int:
    """The newest transaction's id: where the ledger stands."""
    return session.scalar(sa.select(sa.func.max(LedgerTransaction.id))) or 0


def _check_balanced(postings: Sequence[Posting]) -> None:
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.units
    if not postings or any(sums.values()):
        raise Unbalanced(f"postings sum to {sums}")
