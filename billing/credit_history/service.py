"""The credit history: top-ups, vouchers, plans and usage, newest first. Usage is summed by day, service and bucket."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.db import Instant
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.ledger.service import BUCKETS
from billing.metering.days import Days
from billing.metering.models import UsageDay
from billing.money import Money
from billing.schemas import CreditEntry, CreditHistory

MOST = 100
_READ = 100
_LAST: int = 2**63 - 1
"""The highest position a ledger can have."""
_CURSOR = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])\d{14}-\d{12,}-[a-z_]+")


def page(session: Session, account: AccountRow, *, limit: int, cursor: str | None) -> CreditHistory:
    """Entries before the cursor (the id of the last entry of the page before), at most `limit` (1 to 100).

    A cursor that was never given out reads from the newest. What a page costs does not grow with the history.
    """
    limit = max(1, min(limit, MOST))
    entries: list[CreditEntry] = []
    before = _Before.of(cursor)
    of_use, others = _use(session, account, before), _others(session, account, before)
    for entry in heapq.merge(of_use, others, key=lambda entry: entry.id, reverse=True):
        if before is not None and entry.id >= before.id:
            continue
        entries.append(entry)
        if len(entries) > limit:
            return CreditHistory(entries=entries[:limit], next_cursor=entries[limit - 1].id)
    return CreditHistory(entries=entries, next_cursor=None)


@dataclass(frozen=True, slots=True)
class _Before:
    """Where a page begins: after the entry of this id."""

    id: str
    at: datetime
    number: int

    @classmethod
    def of(cls, cursor: str | None) -> _Before | None:
        """What the cursor says; None for one that is not ours."""
        if cursor is None or not _CURSOR.fullmatch(cursor):
            return None
        at, number, _ = cursor.split("-")
        try:
            return cls(cursor, datetime.strptime(at, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC), min(int(number), _LAST))
        except ValueError:
            return None


def _use(session: Session, account: AccountRow, before: _Before | None) -> Iterator[CreditEntry]:
    """A day's use of a service, for each bucket that paid, at the newest instant at which it did."""
    query = (
        sa.select(
            UsageDay.day,
            UsageDay.service,
            UsageDay.bucket,
            UsageDay.units,
            UsageDay.last_at,
            UsageDay.transaction_id,
        )
        .where(UsageDay.account_id == account.id, UsageDay.transaction_id.is_not(None))
        .order_by(UsageDay.day.desc())
    )
    if before is not None:
        query = query.where(UsageDay.day <= Days(accounts.zone(account)).of(before.at))
    rows = session.execute(query.execution_options(yield_per=_READ))
    for _, of_day in groupby(rows, key=lambda row: row.day):
        yield from sorted(_of_day(of_day, account), key=lambda entry: entry.id, reverse=True)


def _of_day(rows: Iterable[Any], account: AccountRow) -> Iterator[CreditEntry]:
    """Several vouchers, or plans, are one bucket."""
    buckets: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        buckets[row.service, row.bucket].append(row)
    for (service, bucket), parts in buckets.items():
        at, number = max((row.last_at, row.transaction_id) for row in parts)
        yield _entry(account, at, number, "usage", service, bucket, -sum(row.units for row in parts))


def _others(session: Session, account: AccountRow, before: _Before | None) -> Iterator[CreditEntry]:
    """All that is not use, each by itself."""
    at, number = LedgerTransaction.at, LedgerTransaction.id
    query = (
        sa.select(at, number, LedgerTransaction.kind, sa.null(), LedgerAccount.kind, LedgerEntry.units)
        .join(LedgerEntry, LedgerEntry.transaction_id == number)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(
            LedgerTransaction.owner == account.id,
            LedgerTransaction.kind != sa.literal_column("'usage'"),
            LedgerAccount.kind.in_(BUCKETS),
        )
        .order_by(at.desc(), number.desc(), LedgerAccount.kind.desc())
    )
    if before is not None:
        query = query.where(sa.tuple_(at, number) <= sa.tuple_(sa.literal(before.at, Instant), before.number))
    for row in session.execute(query.execution_options(yield_per=_READ)):
        yield _entry(account, *row)


def _entry(
    account: AccountRow, at: datetime, number: int, kind: str, service: str | None, bucket: str, units: int
) -> CreditEntry:
    """Its id sorts as the history does: by instant, then by the ledger's position."""
    return CreditEntry.model_validate(
        {
            "id": f"{at.astimezone(UTC):%Y%m%d%H%M%S%f}-{number:012d}-{bucket}",
            "at": at.astimezone(accounts.zone(account)),
            "kind": kind,
            "service": service,
            "bucket": bucket,
            "amount": Money(units, account.currency),
        }
    )
