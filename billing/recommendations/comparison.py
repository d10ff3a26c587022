"""Days of use, read once and priced on one plan after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from billing.metering.wallet import OnePlan
from billing.money import Money
from billing.plans.models import Subscription
from billing.recommendations.offers import Offer, months_of_year
from billing.recommendations.pricing import Priced, Span, price_spans
from billing.recommendations.schemas import PlanPrice
from billing.schemas import Period

MONTH = 30
"""Days that count as a month here; twelve of them are a year."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is priced: the days of a period, at which on-demand rates, and whether plans are paid later."""

    period: Period
    days: list[tuple[date, Span]]
    rates: Mapping[str, Money]
    currency: str
    paid_later: bool

    def on(self, offer: Offer) -> PlanPrice:
        """What the period's use would have cost on an offer."""
        if offer.terms is None:
            priced, price = price_spans(self._all(), OnePlan(self.currency), self.rates), Money.zero(self.currency)
        elif offer.terms.interval == "yearly":
            terms = months_of_year(offer.terms, self._months)
            priced, price = self._one_period(terms, self._all()), Money(terms.price, self.currency)
        else:
            priced, price = Priced(self.currency), Money(offer.terms.price, self.currency).times(self._months)
            for month in range(self._months):
                priced.add(self._one_period(offer.terms, self._of_month(month)))
        return self._plan_price(offer, priced, self._of_use(priced) if offer.terms and self.paid_later else price)

    def _one_period(self, terms: Subscription, days: list[Span]) -> Priced:
        return price_spans(days, OnePlan(self.currency, terms), self.rates)

    def _of_use(self, priced: Priced) -> Money:
        """Paid later: what the plan paid, rounded at each service's line as an invoice is."""
        return Money.total((money.rounded() for money in priced.lines.values()), self.currency)

    @property
    def _months(self) -> int:
        return ((self.period.to - self.period.from_).days + 1) // MONTH

    def _all(self) -> list[Span]:
        return [day for _, day in self.days]

    def _of_month(self, month: int) -> list[Span]:
        return [day for when, day in self.days if (when - self.period.from_).days // MONTH == month]

    def _plan_price(self, offer: Offer, priced: Priced, price: Money) -> PlanPrice:
        overage = priced.overage.rounded()
        return PlanPrice(
            plan=offer.terms.plan if offer.terms else None,
            names=offer.names,
            interval=offer.terms.interval if offer.terms else None,
            price=price,
            covered=Money.total(priced.lines.values(), self.currency),
            overage=overage,
            total=price + overage,
            present=offer.present,
            best=False,
        )
