"""What names a transaction of the ledger and all that was posted in it: SHA-256 over its canonical JSON."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.canonical import canonical
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.ledger.service import Posting
from billing.money import Money


def newest(session: Session, owner: str) -> int:
    """The owner's newest transaction: the position at which their ledger stands; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(LedgerTransaction.id)).where(LedgerTransaction.owner == owner)) or 0


def since(session: Session, owner: str, position: int) -> dict[int, str]:
    """The fingerprints of what was posted to the owner after a position, by transaction."""
    return _of(session, LedgerTransaction.owner == owner, LedgerTransaction.id > position)


def of(session: Session, transactions: Iterable[int]) -> dict[int, str]:
    """The fingerprints of those of the transactions that there are."""
    return _of(session, LedgerTransaction.id.in_(list(transactions)))


def _of(session: Session, *which: sa.ColumnElement[bool]) -> dict[int, str]:
    rows = session.execute(
        sa.select(LedgerTransaction, LedgerAccount.kind, LedgerAccount.ref, LedgerAccount.currency, LedgerEntry.units)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(*which)
        .order_by(LedgerTransaction.id)
    )
    found: dict[int, LedgerTransaction] = {}
    entries: defaultdict[int, list[list[str]]] = defaultdict(list)
    for transaction, kind, ref, currency, units in rows:
        found[transaction.id] = transaction
        entries[transaction.id].append([kind, ref, Money(units, currency).plain(), currency])
    return {
        number: _digest(number, row.owner, row.key, row.kind, row.service, row.at, entries[number])
        for number, row in found.items()
    }


def of_posted(number: int, *, owner: str, key: str, kind: str, at: datetime, postings: Sequence[Posting]) -> str:
    """The fingerprint of what was just posted under that number, without reading it back."""
    entries = [[each.kind, each.ref, each.amount.plain(), each.amount.currency] for each in postings]
    return _digest(number, owner, key, kind, None, at, entries)


def _digest(
    number: int, owner: str, key: str, kind: str, service: str | None, at: datetime, entries: list[list[str]]
) -> str:
    content = {
        "id": number,
        "owner": owner,
        "key": key,
        "kind": kind,
        "service": service or "",
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "entries": sorted(entries),
    }
    return hashlib.sha256(canonical(content)).hexdigest()
