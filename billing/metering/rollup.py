"""The sums of charges by the account's own day (`usage_day`), added to in the transaction that writes the charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing import rows
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
        added = []
        for key, (quantity, units) in self._sums.items():
            stands = newest.get(key)
            added.append((*key, quantity, units, *((stands.at, stands.number) if stands else (None, None))))
        rows.upsert(session, UsageDay, _COLUMNS, added, _add)


_COLUMNS = ("account_id", "day", "service", "bucket", "ref", "quantity", "units", "last_at", "transaction_id")


def _add(kept: Any, new: Any) -> dict[str, Any]:
    """A later batch's transaction has the higher number, so at the same instant it is the newer."""
    newer = sa.or_(kept.last_at.is_(None), new.last_at >= kept.last_at)
    return {
        "quantity": kept.quantity + new.quantity,
        "units": kept.units + new.units,
        "last_at": sa.case((newer, new.last_at), else_=kept.last_at),
        "transaction_id": sa.case((newer, new.transaction_id), else_=kept.transaction_id),
    }
