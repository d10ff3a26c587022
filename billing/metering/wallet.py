"""What an account can spend, in memory: charged by the code that charges use, with nothing written.

Quantities are thousandths of the unit and amounts are units of money, as charging counts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from billing.metering import charging
from billing.metering.charging import Charge
from billing.metering.funds import STEP
from billing.metering.schemas import Use
from billing.money import Money
from billing.plans import service as plans
from billing.plans.models import Subscription

_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CreditLeft:
    """A voucher or the top-up credit; no services: good for all."""

    bucket: str
    ref: str
    units: int
    services: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def pays(self, service: str, at: datetime) -> bool:
        """Whether it may pay for the service then."""
        return (not self.services or service in self.services) and (self.expires_at is None or at < self.expires_at)


class OnePlan:
    """A plan that is in force throughout, or none at all, and no credit: what it does not pay is owed."""

    def __init__(self, currency: str, terms: Subscription | None = None) -> None:
        self.currency, self._terms = currency, terms
        self._left: dict[tuple[str, str], int] = {}
        self._used: dict[tuple[str, str], int] = {}
        self._quotas: dict[tuple[str, str], int | None] = {}
        self._rates: dict[tuple[str, str, int], int] = {}
        if terms is not None:
            self._left["plan", terms.ref] = terms.amount

    def spend(self, service: str, quantity: int, rate: int, at: datetime = _WHENEVER) -> list[Charge]:
        """Charge a use, and keep what is left."""
        parts = charging.charges(self, Use("", "", "", service, at, quantity), quantity, rate)
        for part in parts:
            self._left[part.bucket, part.ref] = self.balance(part.bucket, part.ref) - part.units
            if part.bucket == "plan":
                self._used[part.ref, service] = self._used.get((part.ref, service), 0) + part.quantity
        return parts

    @property
    def left(self) -> int:
        """What is left of the plan's amount."""
        return self.balance("plan", self._terms.ref) if self._terms else 0

    def balance(self, kind: str, ref: str = "") -> int:
        """Units in a bucket."""
        return self._left.get((kind, ref), 0)

    def plan(self, service: str, at: datetime) -> Subscription | None:
        """The plan in force then, where it covers the service."""
        return self._terms if self._terms is not None and plans.covers(self._terms, service) else None

    def within_quota(self, row: Subscription, service: str, quantity: int) -> int:
        """How much of the quantity the plan's quota still has room for; below 1: none of it."""
        key = (row.ref, service)
        if key not in self._quotas:
            quota = plans.quota(row, service)
            self._quotas[key] = None if quota is None else int(quota * STEP)
        limit = self._quotas[key]
        return quantity if limit is None else min(quantity, limit - self._used.get(key, 0))

    def plan_rate(self, row: Subscription, service: str, on_demand: int) -> int:
        """The plan's price of one unit of the service."""
        key = (row.ref, service, on_demand)
        if key not in self._rates:
            self._rates[key] = plans.plan_rate(row, service, Money(on_demand, self.currency)).units
        return self._rates[key]

    def credits(self, service: str, at: datetime) -> Iterator[tuple[str, str, int]]:
        """Bucket, ref and units of what pays after the plan, in the order in which it pays."""
        return iter(())

    def copy(self) -> OnePlan:
        """To try something on."""
        other = OnePlan(self.currency, self._terms)
        other._left, other._used = dict(self._left), dict(self._used)
        other._quotas, other._rates = self._quotas, self._rates
        return other


class Wallet(OnePlan):
    """All of an account's plans and credits at their own times."""

    def __init__(
        self,
        currency: str,
        subscriptions: Sequence[Subscription],
        left: dict[str, int],
        used: dict[tuple[str, str], int],
        spare: Sequence[CreditLeft],
    ) -> None:
        super().__init__(currency)
        self._subscriptions, self._spare = subscriptions, spare
        self._left = {("plan", ref): units for ref, units in left.items()}
        self._left |= {(credit.bucket, credit.ref): credit.units for credit in spare}
        self._used = dict(used)

    def plan_at(self, at: datetime) -> Subscription | None:
        """The plan whose amount is not used up that is in force then; the one that began last."""
        rows = reversed(self._subscriptions)
        return next((row for row in rows if self.balance("plan", row.ref) and plans.is_in_force(row, at)), None)

    def plan(self, service: str, at: datetime) -> Subscription | None:
        """The plan in force then, where it covers the service."""
        row = self.plan_at(at)
        return row if row is not None and plans.covers(row, service) else None

    def credits(self, service: str, at: datetime) -> Iterator[tuple[str, str, int]]:
        """Vouchers and top-up credit, in the order in which they were given here."""
        for credit in self._spare:
            if credit.pays(service, at):
                yield credit.bucket, credit.ref, self.balance(credit.bucket, credit.ref)

    def available(self, at: datetime) -> int:
        """All that can be spent at that instant, in units."""
        row = self.plan_at(at)
        spare = [c for c in self._spare if c.expires_at is None or at < c.expires_at]
        total = sum(self.balance(c.bucket, c.ref) for c in spare)
        return total + (self.balance("plan", row.ref) if row else 0)
