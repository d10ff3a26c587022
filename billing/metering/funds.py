"""What accounts can pay with, in hand while a batch of their usage is charged. The accounts are locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.ledger.books import Books
from billing.metering.days import Days
from billing.metering.models import PlanUsage
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher

STEP: int = 10**QUANTITY_DECIMALS
MOST_UNITS: int = 2**62
"""Money of one charge or debt, in units: half of what the database holds, so that sums still fit."""


class Funds:
    """One account's plans, vouchers and credit, as they stand with what was charged so far in this batch."""

    def __init__(
        self,
        session: Session,
        account: AccountRow,
        books: Books,
        subscriptions: list[Subscription],
        in_hand: list[Voucher],
        used: dict[int, dict[str, PlanUsage]],
    ) -> None:
        self.account, self.days = account, Days(accounts.zone(account))
        self._session, self._books = session, books
        self._subscriptions, self._vouchers, self._used = subscriptions, in_hand, used
        self._by_ref = {row.ref: row for row in subscriptions}
        self._rates: dict[tuple[int, str, int], int] = {}
        self._quotas: dict[tuple[int, str], int | None] = {}

    def balance(self, kind: str, ref: str = "") -> int:
        """Units in a bucket."""
        return self._books.balance(self.account.id, kind, ref)

    def plan(self, service: str, at: datetime) -> Subscription | None:
        """The plan in force then, where it covers the service."""
        if not self._subscriptions:
            return None
        row = plans.in_force_among(self._session, self._subscriptions, at)
        return row if row is not None and plans.covers(row, service) else None

    def within_quota(self, row: Subscription, service: str, quantity: int) -> int:
        """How much of the quantity the plan's quota still has room for; below 1: none of it."""
        key = (row.id, service)
        if key not in self._quotas:
            quota = plans.quota(row, service)
            self._quotas[key] = None if quota is None else int(quota * STEP)
        limit = self._quotas[key]
        if limit is None:
            return quantity
        used = self._used.get(row.id, {}).get(service)
        return min(quantity, limit - (used.quantity if used else 0))

    def plan_rate(self, row: Subscription, service: str, on_demand: int) -> int:
        """The plan's price of one unit of the service."""
        key = (row.id, service, on_demand)
        if key not in self._rates:
            self._rates[key] = plans.plan_rate(row, service, Money(on_demand, self.account.currency)).units
        return self._rates[key]

    def credits(self, service: str, at: datetime) -> Iterator[tuple[str, str, int]]:
        """Bucket, ref and units of what pays after the plan, in the order in which it pays."""
        if self._vouchers:
            for voucher in vouchers.usable_among(self._vouchers, at):
                if vouchers.in_scope(voucher, service):
                    yield "voucher", voucher.ref, self.balance("voucher", voucher.ref)
        yield "top_up", "", self.balance("top_up")

    def pay(self, bucket: str, ref: str, units: int, service: str, quantity: int, at: datetime) -> None:
        """Take a charge from its bucket. A plan whose amount this uses up ends, at the last instant it paid for."""
        self._books.move(self.account.id, bucket, ref, -units)
        if bucket != "plan":
            return
        row = self._by_ref[ref]
        used = self._used.setdefault(row.id, {})
        if service not in used:
            used[service] = PlanUsage(subscription_id=row.id, service=service, quantity=0, last_at=at)
            self._session.add(used[service])
        kept = used[service]
        kept.quantity += quantity
        kept.last_at = max(kept.last_at, at)
        if not self.balance("plan", ref):
            row.exhausted_at = max(service_used.last_at for service_used in used.values())


def open_all(session: Session, rows: Iterable[AccountRow], books: Books) -> dict[str, Funds]:
    """The funds of several accounts, in a few queries however many they are."""
    rows = list(rows)
    ids = [row.id for row in rows]
    periods, in_hand = plans.of_accounts(session, ids), vouchers.of_accounts(session, ids)
    used = _used(session, [row.id for some in periods.values() for row in some])
    return {row.id: Funds(session, row, books, periods[row.id], in_hand[row.id], used) for row in rows}


def _used(session: Session, subscriptions: Collection[int]) -> dict[int, dict[str, PlanUsage]]:
    found: dict[int, dict[str, PlanUsage]] = {}
    if subscriptions:
        query = sa.select(PlanUsage).where(PlanUsage.subscription_id.in_(subscriptions))
        for row in session.scalars(query.execution_options(populate_existing=True)):
            found.setdefault(row.subscription_id, {})[row.service] = row
    return found
