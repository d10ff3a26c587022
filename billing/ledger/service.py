"""Posting to the ledger: all or nothing, once per key, summing to zero.

The caller holds the lock of the owner's account row (`accounts.lock`) and the transaction; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import insert_of
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


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction of the ledger; `fresh` when this call wrote it, not one before."""

    id: int
    fresh: bool


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
) -> Posted:
    """Post under the key, or give what was posted under it before.

    Raises:
        Unbalanced: the postings do not sum to zero in each currency.
    """
    _check_balanced(postings)
    dialect = session.get_bind().dialect.name
    claimed = session.scalar(_claim(dialect), {"key": key, "owner": owner, "kind": kind, "service": service, "at": at})
    if claimed is None:
        before = posted(session, key)
        assert before is not None
        return Posted(before.id, fresh=False)
    buckets = _add_to_balances(session, dialect, owner, postings)
    session.execute(
        _ENTRIES,
        [
            {"transaction_id": claimed, "ledger_account_id": buckets[p.kind, p.ref], "units": p.amount.units}
            for p in postings
        ],
    )
    return Posted(claimed, fresh=True)


# The statements of the hot path are built once: a top-up takes seven, and building one costs as much as running it.
_ENTRIES = sa.insert(LedgerEntry.__table__)  # type: ignore[arg-type]


@cache
def _claim(dialect: str) -> sa.Executable:
    """The key, in the same transaction as its entries; nothing comes back when it was claimed before."""
    table: Any = LedgerTransaction.__table__
    insert = insert_of(dialect)(table).on_conflict_do_nothing(index_elements=[table.c.key])
    claim: sa.Executable = insert.returning(table.c.id)
    return claim


@cache
def _balances(dialect: str) -> sa.Executable:
    table: Any = LedgerAccount.__table__
    insert = insert_of(dialect)(table)
    upsert: sa.Executable = insert.on_conflict_do_update(
        index_elements=[table.c.owner, table.c.kind, table.c.ref],
        set_={"balance": table.c.balance + insert.excluded.balance},
    ).returning(table.c.id, table.c.kind, table.c.ref)
    return upsert


def _add_to_balances(
    session: Session, dialect: str, owner: str, postings: Sequence[Posting]
) -> dict[tuple[str, str], int]:
    """Add to the balances kept, opening accounts that are not there yet; their ids by kind and ref."""
    sums: dict[tuple[str, str], Money] = {}
    for posting in postings:
        place = (posting.kind, posting.ref)
        sums[place] = sums[place] + posting.amount if place in sums else posting.amount
    rows = session.execute(
        _balances(dialect),
        [
            {"owner": owner, "kind": kind, "ref": ref, "currency": amount.currency, "balance": amount.units}
            for (kind, ref), amount in sums.items()
        ],
    )
    return {(kind, ref): number for number, kind, ref in rows}


def balance(session: Session, owner: str, kind: str, currency: str, ref: str = "") -> Money:
    """The balance kept; zero for an account never posted to."""
    units = session.scalar(
        sa.select(LedgerAccount.balance).where(
            LedgerAccount.owner == owner, LedgerAccount.kind == kind, LedgerAccount.ref == ref
        )
    )
    return Money(units or 0, currency)


def balances(session: Session, owner: str) -> dict[tuple[str, str], int]:
    """The units kept in each of the owner's ledger accounts that is not empty, by kind and ref."""
    rows = session.execute(_OF_OWNER, {"owner": owner})
    return {(kind, ref): units for kind, ref, units in rows}


_OF_OWNER = sa.select(LedgerAccount.kind, LedgerAccount.ref, LedgerAccount.balance).where(
    LedgerAccount.owner == sa.bindparam("owner"), LedgerAccount.balance != 0
)


def position(session: Session) -> int:
    """The newest transaction's id: where the ledger stands."""
    return session.scalar(sa.select(sa.func.max(LedgerTransaction.id))) or 0


def _check_balanced(postings: Sequence[Posting]) -> None:
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.units
    if not postings or any(sums.values()):
        raise Unbalanced(f"postings sum to {sums}")
