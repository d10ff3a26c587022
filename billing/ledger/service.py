"""Posting to the ledger: all or nothing, once per key, summing to zero.

The caller holds the lock of the owner's account row (`accounts.lock`) and the transaction; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
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
    transaction = {"key": key, "owner": owner, "kind": kind, "service": service, "at": at}
    post = _post_in_one if session.get_bind().dialect.name == "postgresql" else _post_in_three
    claimed = post(session, transaction, postings)
    if claimed is None:
        before = posted(session, key)
        assert before is not None
        return Posted(before.id, fresh=False)
    return Posted(claimed, fresh=True)


# The statements are built once: building one costs as much as running it. On PostgreSQL they are one round trip, which
# SQLite, that is never a round trip away, has no grammar for.
_TRANSACTION: Any = LedgerTransaction.__table__
_ACCOUNT: Any = LedgerAccount.__table__
_ENTRY: Any = LedgerEntry.__table__


def _post_in_one(session: Session, transaction: dict[str, Any], postings: Sequence[Posting]) -> int | None:
    columns = {
        "kinds": [posting.kind for posting in postings],
        "refs": [posting.ref for posting in postings],
        "currencies": [posting.amount.currency for posting in postings],
        "amounts": [posting.amount.units for posting in postings],
    }
    claimed: int | None = session.scalar(_everything(), transaction | columns)
    return claimed


@cache
def _everything() -> sa.Executable:
    """Claim the key, add to the balances, write the entries: nothing of it, and no row, when the key was claimed."""
    claim = _claim("postgresql").cte("claim")
    texts, numbers = postgresql.ARRAY(sa.Text), postgresql.ARRAY(sa.BigInteger)
    arrays = (
        sa.bindparam("kinds", type_=texts),
        sa.bindparam("refs", type_=texts),
        sa.bindparam("currencies", type_=texts),
        sa.bindparam("amounts", type_=numbers),
    )
    units = sa.column("units", sa.BigInteger)
    posting = sa.func.unnest(*arrays).table_valued("kind", "ref", "currency", units).render_derived("posting")
    place = (posting.c.kind, posting.c.ref, posting.c.currency)
    sums = (
        sa.select(sa.bindparam("owner", type_=sa.Text), *place, sa.cast(sa.func.sum(posting.c.units), sa.BigInteger))
        .select_from(posting.join(claim, sa.true()))
        .group_by(*place)
    )
    moved = _adding("postgresql", lambda into: into.from_select(["owner", "kind", "ref", "currency", "balance"], sums))
    moved = moved.cte("moved")
    entries = sa.select(claim.c.id, moved.c.id, posting.c.units).select_from(
        posting.join(moved, sa.and_(moved.c.kind == posting.c.kind, moved.c.ref == posting.c.ref)).join(
            claim, sa.true()
        )
    )
    written = sa.insert(_ENTRY).from_select(["transaction_id", "ledger_account_id", "units"], entries).cte("written")
    return sa.select(claim.c.id).add_cte(written)


def _post_in_three(session: Session, transaction: dict[str, Any], postings: Sequence[Posting]) -> int | None:
    claimed: int | None = session.scalar(_claim("sqlite"), transaction)
    if claimed is None:
        return None
    sums: dict[tuple[str, str], Money] = {}
    for posting in postings:
        place = (posting.kind, posting.ref)
        sums[place] = sums[place] + posting.amount if place in sums else posting.amount
    rows = session.execute(
        _adding("sqlite"),
        [
            {
                "owner": transaction["owner"],
                "kind": kind,
                "ref": ref,
                "currency": total.currency,
                "balance": total.units,
            }
            for (kind, ref), total in sums.items()
        ],
    )
    numbers = {(kind, ref): number for number, kind, ref in rows}
    session.execute(
        sa.insert(_ENTRY),
        [
            {"transaction_id": claimed, "ledger_account_id": numbers[p.kind, p.ref], "units": p.amount.units}
            for p in postings
        ],
    )
    return claimed


@cache
def _claim(dialect: str) -> Any:
    """The key, in the same transaction as its entries; nothing comes back when it was claimed before."""
    values = {name: sa.bindparam(name, type_=_TRANSACTION.c[name].type) for name in _CLAIMED}
    insert = insert_of(dialect)(_TRANSACTION).values(values)
    return insert.on_conflict_do_nothing(index_elements=[_TRANSACTION.c.key]).returning(_TRANSACTION.c.id)


_CLAIMED = ("key", "owner", "kind", "service", "at")


@cache
def _adding(dialect: str, filled: Callable[[Any], Any] = lambda insert: insert) -> Any:
    """Add to the balances kept, opening accounts that are not there yet; their ids by kind and ref."""
    insert = insert_of(dialect)(_ACCOUNT)
    return (
        filled(insert)
        .on_conflict_do_update(
            index_elements=[_ACCOUNT.c.owner, _ACCOUNT.c.kind, _ACCOUNT.c.ref],
            set_={"balance": _ACCOUNT.c.balance + insert.excluded.balance},
        )
        .returning(_ACCOUNT.c.id, _ACCOUNT.c.kind, _ACCOUNT.c.ref)
    )


def balance(session: Session, owner: str, kind: str, currency: str, ref: str = "") -> Money:
    """The balance kept; zero for an account never posted to."""
    units = session.connection().execute(_KEPT, {"owner": owner, "kind": kind, "ref": ref}).scalar()
    return Money(units or 0, currency)


_KEPT = sa.select(LedgerAccount.balance).where(
    LedgerAccount.owner == sa.bindparam("owner"),
    LedgerAccount.kind == sa.bindparam("kind"),
    LedgerAccount.ref == sa.bindparam("ref"),
)


def balances(session: Session, owner: str) -> dict[tuple[str, str], int]:
    """The units kept in each of the owner's ledger accounts that is not empty, by kind and ref."""
    rows = session.connection().execute(_OF_OWNER, {"owner": owner})
    return {(kind, ref): units for kind, ref, units in rows}


_OF_OWNER = sa.select(LedgerAccount.kind, LedgerAccount.ref, LedgerAccount.balance).where(
    LedgerAccount.owner == sa.bindparam("owner"), LedgerAccount.balance != 0
)


def position(session: Session, owner: str) -> int:
    """The owner's newest transaction: where their part of the ledger stands."""
    return session.connection().execute(_POSITION, {"owner": owner}).scalar() or 0


_POSITION = sa.select(sa.func.max(LedgerTransaction.id)).where(LedgerTransaction.owner == sa.bindparam("owner"))


def _check_balanced(postings: Sequence[Posting]) -> None:
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.units
    if not postings or any(sums.values()):
        raise Unbalanced(f"postings sum to {sums}")
