"""Really doing what a what-if asks about: through the door, day by day, with the clock moved on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

import sqlalchemy as sa

from billing.api import Billing, Change, PlanChanges, ToppedUp, TrafficChanges, VoucherGone
from billing.db import Base
from billing.ledger.models import LedgerTransaction
from billing.plans.models import Subscription
from billing.what_if.courses import Entry, entries
from billing.what_if.service import Question
from tests.builders import life

_number = count(1)


def asked(billing: Billing, account: str, days: int) -> Question:
    from billing.accounts import service as accounts

    with billing.database.snapshot() as session:
        return Question.of(session, accounts.find(session, account), billing.now(), days)


def really_do(billing: Billing, clock, question: Question, changes: Sequence[Change]) -> None:
    """Each day: what falls due, the changes of that day, its use."""
    traffic = question.traffic
    uses = list(traffic.events([c for c in changes if isinstance(c, TrafficChanges)]))
    days = [traffic.day(number) for number in range(len(traffic.values))]
    for day in days:
        _turn_to(billing, clock, traffic.begin_of(day))
        for change in changes:
            if (change.on or days[0]) == day:
                _make(billing, question.account, change)
                _turn_to(billing, clock, clock.now)
        noon = traffic.at(day)
        for moment in _ends(billing, question.account, clock.now, noon):
            _turn_to(billing, clock, moment)
        _turn_to(billing, clock, noon)
        told = billing.record_usage([use for use in uses if use.time == noon])
        assert told.refused == 0
        for moment in _ends(billing, question.account, noon, traffic.begin_of(traffic.day(days.index(day) + 1))):
            _turn_to(billing, clock, moment)


def posted_since(billing: Billing, account: str, position: int) -> list[Entry]:
    """The account's entries after a position of the ledger."""
    with billing.database.snapshot() as session:
        return entries(session, LedgerTransaction.id > position, LedgerTransaction.owner == account)


def comparable(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    """In the order of time; a plan that is new is told by its turn, for its number depends on others' plans."""
    refs: dict[str, str] = {}
    for entry in sorted((e for e in entries if e.posted_to == "plan"), key=lambda e: int(e.ref)):
        refs.setdefault(entry.ref, f"plan {len(refs)}")
    named = [e._replace(ref=refs[e.ref]) if e.posted_to == "plan" else e for e in entries]
    return sorted((e.at, e.kind, e.service or "", e.posted_to, e.ref, e.units) for e in named)


def digest(billing: Billing) -> str:
    """Of every row of every table."""
    found = hashlib.sha256()
    with billing.database.snapshot() as session:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in session.execute(sa.select(table)))
            found.update(repr((table.name, rows)).encode())
    return found.hexdigest()


def _turn_to(billing: Billing, clock, moment: datetime) -> None:
    clock.set(moment)
    assert billing.bill_due().failed == []
    billing.expire_vouchers()


def _make(billing: Billing, account: str, change: Change) -> None:
    key = f"really-{next(_number)}"
    match change:
        case VoucherGone():
            active = [v.id for v in billing.vouchers(account) if v.status in {"active", "used_up"}]
            for number in [change.voucher] if change.voucher else active:
                billing.revoke_voucher(number)
        case ToppedUp():
            billing.recharge(account, amount=change.amount, currency=None, method="card", key=key)
        case PlanChanges() if billing.plan_periods(account):
            terms = billing.plan_change_terms(account, change.plan, change.interval)
            billing.change_plan(account, change.plan, change.interval, terms_checksum=terms.checksum, key=key)
        case PlanChanges():
            life.confirmed(billing, account, change.plan, change.interval or "monthly")


def _ends(billing: Billing, account: str, after: datetime, before: datetime) -> Iterator[datetime]:
    with billing.database.snapshot() as session:
        rows = list(session.scalars(sa.select(Subscription).where(Subscription.account_id == account)))
    yield from sorted({m for row in rows for m in (row.starts_at, row.ends_at) if after < m < before})
