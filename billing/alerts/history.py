"""What could be spent, instant by instant, since an account was last looked at: replayed from the ledger.

A look that comes late sees the same crossings as many looks that came in time. Transactions count in the order in
which they were posted; what changes without one (a plan's period, a voucher's end) counts at its own instant.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.plans import pauses, periods
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher

_CREDIT = ("plan", "voucher", "top_up")
_AS_IT_HAPPENS = ("usage", "top_up", "voucher", "correction")
"""Kinds of transactions that are never dated ahead; a plan's amount is, at the plan's start."""
Bucket = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moment:
    """The account at an instant: the ledger's position, what is available, what each plan's use grew by (units)."""

    at: datetime
    position: int
    available: int
    used: dict[str, int]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The plans and vouchers of an account: what decides which of its buckets count when."""

    subscriptions: list[Subscription]
    vouchers: list[Voucher]

    @classmethod
    def of(cls, session: Session, account_id: str) -> Holdings:
        """All of the account's, the plans newest first."""
        found = sa.select(Voucher).where(Voucher.account_id == account_id)
        newest_first = plans.of_account(session, account_id)[::-1]
        return cls([row for row in newest_first if row.confirmed_at is not None], list(session.scalars(found)))

    def available(self, units: dict[Bucket, int], at: datetime) -> int:
        """What counts of the buckets at the instant, as `balances.available` has it.

        A plan that was used up has nothing in its bucket; when it was, which a late event may move, is not asked.
        """
        total = units["top_up", ""]
        total += next((units["plan", row.ref] for row in self.subscriptions if _runs(row, at, units)), 0)
        for voucher in self.vouchers:
            if vouchers.usable_among([voucher], at):
                total += units["voucher", voucher.ref]
        return total

    def turning_points(self) -> list[datetime]:
        """The instants at which something begins to count or no longer does."""
        instants = {moment for row in self.vouchers for moment in (row.expires_at, row.revoked_at)}
        for row in self.subscriptions:
            instants |= {row.starts_at, periods.end(row)}
            instants |= {moment for pause in row.pauses for moment in (pause.paused_at, pause.until)}
        return sorted(instant for instant in instants if instant is not None)


def moments(
    session: Session, account_id: str, holdings: Holdings, *, position: int, since: datetime, until: datetime
) -> Iterator[Moment]:
    """Every moment at which what is available may have changed after `position` and `since`.

    What is posted at the very instant of a plan's start or end is one moment with it: plans in a row leave
    no gap. The last is at `until`, or at the newest transaction, where the looker's clock is behind it.
    """
    entries = list(session.execute(_entries(account_id).where(LedgerTransaction.id > position)))
    units = _units_before(session, account_id, entries)
    turns = deque(instant for instant in holdings.turning_points() if since < instant)
    now = since
    switches = set(turns)
    for _, group in groupby(entries, key=lambda entry: entry.at if entry.at in switches else entry.id):
        posted = list(group)
        now = max(now, posted[0].at if posted[0].kind in _AS_IT_HAPPENS else min(posted[0].at, until))
        while turns and turns[0] <= now:
            if (instant := turns.popleft()) < now:
                yield Moment(instant, position, holdings.available(units, instant), {})
        used: dict[str, int] = defaultdict(int)
        for entry in posted:
            units[entry.bucket, entry.ref] += entry.units
            if (entry.bucket, entry.kind) == ("plan", "usage"):
                used[entry.ref] -= entry.units
        position = posted[-1].id
        yield Moment(now, position, holdings.available(units, now), used)
    until = max(now, until)
    for instant in [*(turn for turn in turns if turn <= until), until]:
        yield Moment(instant, position, holdings.available(units, instant), {})


def used_until(session: Session, account_id: str, ref: str, position: int) -> int:
    """What usage took from a plan's amount up to a position, in units."""
    taken = _entries(account_id).where(
        LedgerTransaction.id <= position,
        LedgerTransaction.kind == "usage",
        LedgerAccount.kind == "plan",
        LedgerAccount.ref == ref,
    )
    entry = taken.subquery()
    return -int(session.scalar(sa.select(sa.func.sum(entry.c.units))) or 0)


def _runs(row: Subscription, at: datetime, units: dict[Bucket, int]) -> bool:
    return row.starts_at <= at < periods.end(row) and pauses.at(row, at) is None and units["plan", row.ref] > 0


def _entries(account_id: str) -> sa.Select[int, datetime, str, str, str, int]:
    return (
        sa.select(
            LedgerTransaction.id,
            LedgerTransaction.at,
            LedgerTransaction.kind,
            LedgerAccount.kind.label("bucket"),
            LedgerAccount.ref,
            LedgerEntry.units,
        )
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(LedgerTransaction.owner == account_id, LedgerAccount.kind.in_(_CREDIT))
        .order_by(LedgerTransaction.id, LedgerEntry.id)
    )


def _units_before(
    session: Session, account_id: str, entries: list[sa.Row[int, datetime, str, str, str, int]]
) -> dict[Bucket, int]:
    """The buckets as they stood before these entries: their present balances less the entries."""
    query = sa.select(LedgerAccount.kind, LedgerAccount.ref, LedgerAccount.balance).where(
        LedgerAccount.owner == account_id, LedgerAccount.kind.in_(_CREDIT)
    )
    units: dict[Bucket, int] = defaultdict(int)
    for kind, ref, balance in session.execute(query):
        units[kind, ref] = balance
    for entry in entries:
        units[entry.bucket, entry.ref] -= entry.units
    return units
