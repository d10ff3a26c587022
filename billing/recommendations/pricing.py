"""What use would have cost on a plan: a pure function of the use, the plan's terms and the on-demand rates.

The split between the plan and on demand is the one that charging makes (`metering.charging`), in its integers:
quantities are thousandths of the unit, rates and amounts units of money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from billing.metering.wallet import OnePlan
from billing.money import Money


class Use(NamedTuple):
    """A quantity of a service."""

    service: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Span:
    """Use over some time, summed by service; `parts` are the shorter spans it consists of, in their order.

    A single use has no parts.
    """

    sums: tuple[Use, ...]
    parts: Callable[[], Iterable[Span]] | None = None


@dataclass(slots=True)
class Priced:
    """What a plan paid, by service as (quantity, units), and what use beside it came to on demand."""

    currency: str
    covered: dict[str, tuple[int, int]] = field(default_factory=dict)
    overage_units: int = 0

    @property
    def overage(self) -> Money:
        """On-demand use beside the plan."""
        return Money(self.overage_units, self.currency)

    @property
    def lines(self) -> dict[str, Money]:
        """What the plan paid, by service."""
        return {service: Money(units, self.currency) for service, (_, units) in self.covered.items()}

    def add(self, other: Priced) -> None:
        """Take another's figures on."""
        for service, (quantity, units) in other.covered.items():
            before = self.covered.get(service, (0, 0))
            self.covered[service] = (before[0] + quantity, before[1] + units)
        self.overage_units += other.overage_units


def price(uses: Iterable[Use], plan: OnePlan, rates: Mapping[str, Money]) -> Priced:
    """Charge each use in its order to the plan, the rest at on-demand rates."""
    priced = Priced(plan.currency)
    for service, quantity in uses:
        for part in plan.spend(service, quantity, rates[service].units):
            if part.bucket == "plan":
                before = priced.covered.get(service, (0, 0))
                priced.covered[service] = (before[0] + part.quantity, before[1] + part.units)
            else:
                priced.overage_units += part.units
    return priced


def price_spans(spans: Iterable[Span], plan: OnePlan, rates: Mapping[str, Money]) -> Priced:
    """The same to the last digit, from sums: only where a plan's amount ends does the order within a span count."""
    priced = Priced(plan.currency)
    for span in spans:
        if span.parts is not None and _ends_within(span, plan, rates):
            priced.add(price_spans(span.parts(), plan, rates))
        else:
            priced.add(price(span.sums, plan, rates))
    return priced


def _ends_within(span: Span, plan: OnePlan, rates: Mapping[str, Money]) -> bool:
    if not plan.left:
        return False
    trial = plan.copy()
    price(span.sums, trial, rates)
    return not trial.left
