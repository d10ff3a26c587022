"""The sums of charges by the account's own day (`usage_day`), added to in the transaction that writes the charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.db import insert_of
from billing.ledger.books import Draft
from billing.metering.charging import Charge
from billing.metering.models import UsageDay
from billing.metering.schemas import Use

Paid = tuple[str, date, str, tuple[tuple[str, str], ...]]
"""Account, day, service, and the buckets (kind and ref) that paid: what tells a batch's ledger transaction."""
_Key = tuple[str, date, str, str, str]


class Rollup:
    """What a batch adds. Its accounts are locked, so nobody else adds to the same rows meanwhile."""

    def __init__(self) -> None:
        self._sums: dict[_Key, list[int]] = {}

    def add(self, use: Use, day: date, parts: Iterable[Charge]) -> None:
        """An event's charges, on the day of its own time."""
        for bucket, ref, quantity, units in parts:
            key = (use.account_id, day, use.service, bucket, ref)
            kept = self._sums.get(key)
            if kept is None:
                self._sums[key] = [quantity, units]
            else:
                kept[0] += quantity
                kept[1] += units

    def write(self, session: Session, drafts: Mapping[Paid, Draft]) -> None:
        """Add the sums to the rows kept. The drafts have their numbers, and were written."""
        newest: dict[_Key, Draft] = {}
        for (account, day, service, buckets), draft in drafts.items():
            for bucket, ref in buckets:
                key = (account, day, service, bucket, ref)
                before = newest.get(key)
                if before is None or (before.at, before.number) < (draft.at, draft.number):
                    newest[key] = draft
        rows = []
        for key, (quantity, units) in self._sums.items():
            stands = newest.get(key)
            rows.append((*key, quantity, units, *((stands.at, stands.number) if stands else (None, None))))
        if rows:
            add = _add(session.get_bind().dialect.name)
            session.execute(add, [dict(zip(_COLUMNS, row, strict=True)) for row in rows])


_COLUMNS = ("account_id", "day", "service", "bucket", "ref", "quantity", "units", "last_at", "transaction_id")


@cache
def _add(dialect: str) -> sa.Executable:
    """A later batch's transaction has the higher number, so at the same instant it is the newer."""
    table: Any = UsageDay.__table__
    insert = insert_of(dialect)(table)
    new = insert.excluded
    newer = sa.or_(table.c.last_at.is_(None), new.last_at >= table.c.last_at)
    upsert: sa.Executable = insert.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={
            "quantity": table.c.quantity + new.quantity,
            "units": table.c.units + new.units,
            "last_at": sa.case((newer, new.last_at), else_=table.c.last_at),
            "transaction_id": sa.case((newer, new.transaction_id), else_=table.c.transaction_id),
        },
    ).returning(table.c.day)
    return upsert
