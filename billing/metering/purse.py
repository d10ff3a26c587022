"""What charging asks of whatever can pay: an account's funds in a batch, or a wallet in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from billing.plans.models import Subscription


class Purse(Protocol):
    """Amounts are units of money, quantities thousandths of the unit."""

    def plan(self, service: str, at: datetime) -> Subscription | None:
        """The plan in force then, where it covers the service."""

    def within_quota(self, row: Subscription, service: str, quantity: int) -> int:
        """How much of the quantity the plan's quota still has room for; below 1: none of it."""

    def plan_rate(self, row: Subscription, service: str, on_demand: int) -> int:
        """The plan's price of one unit of the service."""

    def balance(self, kind: str, ref: str = "") -> int:
        """Units in a bucket."""

    def credits(self, service: str, at: datetime) -> Iterator[tuple[str, str, int]]:
        """Bucket, ref and units of what pays after the plan, in the order in which it pays."""
