"""The plans that are compared: their terms as a subscription's, whether one is stored or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from billing.catalogue import service as catalogues
from billing.catalogue.schemas import Catalogue
from billing.money import QUANTITY_DECIMALS, Money
from billing.plans.models import Subscription
from billing.schemas import Interval

MONTHS_OF_YEAR = 12
_INTERVALS: tuple[Interval, ...] = ("monthly", "yearly")
_STEP = Decimal(1).scaleb(-QUANTITY_DECIMALS)


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan to price; `terms` None: doing without one."""

    names: dict[str, str]
    terms: Subscription | None
    present: bool = False


def on_sale(catalogue: Catalogue, currency: str) -> Iterator[Offer]:
    """Every plan and interval of the catalogue."""
    for name, plan in catalogue.plans.items():
        for interval in _INTERVALS:
            terms = catalogues.terms(plan, interval)
            yield Offer(
                {str(code): text for code, text in plan.names.items()},
                Subscription(
                    plan=name,
                    interval=interval,
                    services=plan.services,
                    terms={
                        "quotas": {service: str(quota) for service, quota in terms.quotas.items()},
                        "rates": {service: str(rates[currency]) for service, rates in plan.rates.items()},
                    },
                    currency=currency,
                    price=Money.of(terms.price[currency], currency).units,
                    amount=Money.of(terms.amount[currency], currency).units,
                ),
            )


def months_of_year(terms: Subscription, months: int) -> Subscription:
    """A yearly plan's price, amount and quotas for some months: as many twelfths, to the coin and the smallest step."""
    quotas = {
        service: str((Decimal(quota) * months / MONTHS_OF_YEAR).quantize(_STEP, ROUND_DOWN))
        for service, quota in terms.terms["quotas"].items()
    }
    return Subscription(
        plan=terms.plan,
        interval=terms.interval,
        services=terms.services,
        terms={**terms.terms, "quotas": quotas},
        currency=terms.currency,
        price=Money(terms.price * months // MONTHS_OF_YEAR, terms.currency).rounded().units,
        amount=Money(terms.amount * months // MONTHS_OF_YEAR, terms.currency).rounded().units,
    )
