"""The days to come, charged one after the other as use is charged: to the plan at its rates, then to what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.metering.funds import STEP
from billing.metering.wallet import Wallet
from billing.money import Money
from billing.plans.models import Subscription


@dataclass(frozen=True, slots=True)
class Outcome:
    """Days from today until the credit and the plan's amount are used up; None: not within the horizon.

    `paid` is the share of the last day's use that the credit still pays for.
    """

    credit: int | None
    plan: int | None
    paid: float = 1.0

    @property
    def point(self) -> float | None:
        """Whole days, and the share of the last one."""
        return None if self.credit is None else self.credit + self.paid


@dataclass(frozen=True, slots=True)
class Mix:
    """How a day's value is spread over services: the share of each, and their on-demand rates."""

    shares: Mapping[str, float]
    rates: Mapping[str, Money]

    def uses(self, value: float) -> Iterable[tuple[str, int, int]]:
        """Service, thousandths of its unit and rate, of a day's value in units of money."""
        for service, share in self.shares.items():
            rate = self.rates[service].units
            quantity = round(value * share * STEP / rate)
            if quantity > 0:
                yield service, quantity, rate


def run(
    wallet: Wallet, plan: Subscription | None, mix: Mix, values: Sequence[float], noons: Sequence[datetime]
) -> Outcome:
    """Charge a value a day until nothing is left to pay with.

    The credit is used up on the day on which some use is owed or nothing remains; the plan where its amount ends.
    """
    plan_ends: int | None = None
    for day, (value, noon) in enumerate(zip(values, noons, strict=False)):
        parts = [
            part for service, quantity, rate in mix.uses(value) for part in wallet.spend(service, quantity, rate, noon)
        ]
        owed = sum(part.units for part in parts if part.bucket == "owed")
        if plan is not None and plan_ends is None and not wallet.balance("plan", plan.ref):
            plan_ends = day
        if owed or not wallet.available(noon + timedelta(hours=12)):
            return Outcome(day, plan_ends, 1 - owed / sum(part.units for part in parts) if owed else 1.0)
    return Outcome(None, plan_ends)
