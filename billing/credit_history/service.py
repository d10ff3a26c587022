"""The credit history: top-ups, vouchers, plans and usage, newest first. Usage is summed by day, service and bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.ledger.service import BUCKETS
from billing.money import Money
from billing.schemas import CreditEntry, CreditHistory

MOST = 100
_READ = 400
_CURSOR = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])\d{14}-\d{12,}-[a-z_]+")


def page(session: Session, account: AccountRow, *, limit: int, cursor: str | None) -> CreditHistory:
    """Entries before the cursor (the id of the last entry of the page before), at most `limit` (1 to 100).

    A cursor that was never given out reads from the newest.
    """
    limit = max(1, min(limit, MOST))
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        cursor = None
    entries: list[CreditEntry] = []
    before = _end_of_day(cursor, account)
    for entry in _grouped(_rows(session, account, before), account):
        if cursor is not None and entry.id >= cursor:
            continue
        entries.append(entry)
        if len(entries) > limit:
            return CreditHistory(entries=entries[:limit], next_cursor=entries[limit - 1].id)
    return CreditHistory(entries=entries, next_cursor=None)


def _rows(session: Session, account: AccountRow, before: datetime | None) -> Iterable[Sequence[Any]]:
    query = (
        sa.select(
            LedgerTransaction.id,
            LedgerTransaction.kind,
            LedgerTransaction.service,
            LedgerTransaction.at,
            LedgerAccount.kind,
            LedgerEntry.units,
        )
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(LedgerTransaction.owner == account.id, LedgerAccount.kind.in_(BUCKETS))
        .order_by(LedgerTransaction.at.desc(), LedgerTransaction.id.desc(), LedgerEntry.id)
    )
    if before is not None:
        query = query.where(LedgerTransaction.at < before)
    return session.execute(query.execution_options(yield_per=_READ))


def _grouped(rows: Iterable[Sequence[Any]], account: AccountRow) -> Iterable[CreditEntry]:
    """One entry a row; the usage of one day is summed by service and bucket, and stands at its newest instant."""
    zone = accounts.zone(account)
    day: date | None = None
    usage: dict[tuple[str | None, str], tuple[datetime, int, int]] = {}
    others: list[tuple[datetime, int, str, str, int]] = []

    def flush() -> Iterable[CreditEntry]:
        found = [
            (at, number, "usage", service, bucket, units) for (service, bucket), (at, number, units) in usage.items()
        ]
        found += [(at, number, kind, None, bucket, units) for at, number, kind, bucket, units in others]
        for at, number, kind, service, bucket, units in sorted(found, key=lambda e: (e[0], e[1], e[4]), reverse=True):
            yield CreditEntry.model_validate(
                {
                    "id": _entry_id(at, number, bucket),
                    "at": at.astimezone(zone),
                    "kind": kind,
                    "service": service,
                    "bucket": bucket,
                    "amount": Money(units, account.currency),
                }
            )
        usage.clear()
        others.clear()

    for row in rows:
        number, kind, service, at, bucket, units = row
        row_day = at.astimezone(zone).date()
        if day is not None and row_day != day:
            yield from flush()
        day = row_day
        if kind == "usage":
            newest, first, total = usage.get((service, bucket), (at, number, 0))
            usage[service, bucket] = (newest, first, total + units)
        else:
            others.append((at, number, kind, bucket, units))
    yield from flush()


def _entry_id(at: datetime, number: int, bucket: str) -> str:
    """Sorts as the history does: by instant, then by the ledger's position."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S%f}-{number:012d}-{bucket}"


def _end_of_day(cursor: str | None, account: AccountRow) -> datetime | None:
    """The end of the cursor's day, so that its usage is summed whole again; a cursor not ours reads from the newest."""
    try:
        at = datetime.strptime((cursor or "").partition("-")[0], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    zone = accounts.zone(account)
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone)
