"""The catalogue file: what is sold, and for how much. Configuration that a bot builder replaces."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from billing.money import CURRENCIES, QUANTITY_DECIMALS, RATE_DECIMALS, Money

Languages = dict[Literal["en", "ja", "ko"], str]


def _no_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("write decimals in quotes, so that they stay exact")  # noqa: TRY004  Pydantic collects ValueErrors
    return value


def _rate(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    if value < 0 or not isinstance(exponent, int) or -exponent > RATE_DECIMALS:
        raise ValueError(f"a rate is not negative and has at most {RATE_DECIMALS} decimals")
    return value


def _quotas(quotas: dict[str, Decimal]) -> dict[str, Decimal]:
    for service, quota in quotas.items():
        if quota < 0 or quota != round(quota, QUANTITY_DECIMALS):
            raise ValueError(f"the quota of {service} is negative or has more than {QUANTITY_DECIMALS} decimals")
    return quotas


Exact = Annotated[Decimal, BeforeValidator(_no_float)]
Rate = Annotated[Exact, AfterValidator(_rate)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _complete(names: Languages) -> Languages:
    if missing := {"en", "ja", "ko"} - names.keys():
        raise ValueError(f"no name in {', '.join(sorted(missing))}")
    return names


def _known_currencies(amounts: dict[str, Decimal]) -> dict[str, Decimal]:
    if unknown := amounts.keys() - CURRENCIES:
        raise ValueError(f"unknown currency {', '.join(sorted(unknown))}")
    return amounts


def _payable(amounts: dict[str, Decimal]) -> dict[str, Decimal]:
    for currency, amount in _known_currencies(amounts).items():
        if amount < 0:
            raise ValueError(f"{amount} is negative")
        if not Money.of(amount, currency).is_payable():
            raise ValueError(f"{amount} has more decimals than {currency} coins")
    return amounts


Names = Annotated[Languages, AfterValidator(_complete)]
Rates = Annotated[dict[str, Rate], AfterValidator(_known_currencies)]
Prices = Annotated[dict[str, Exact], AfterValidator(_payable)]
Quotas = Annotated[dict[str, Exact], AfterValidator(_quotas)]


class Service(_Part):
    """Something metered, with its on-demand rate per unit and currency."""

    names: Names
    unit: Literal["session", "hour", "thousand_tokens"]
    rates: Rates


class PlanTerms(_Part):
    """A plan for one interval: price, credit (`amount`) and quotas per service in the service's unit."""

    price: Prices
    amount: Prices
    quotas: Quotas = Field(default_factory=dict)


class PlanConditions(_Part):
    """What holds for a plan beside its price.

    The share of the price that is due at the start with partial upfront; days until an invoice and a deposit are due;
    days (of 24 hours) that a period may be paused altogether.
    """

    deposit_share: Annotated[Exact, Field(gt=0, lt=1, max_digits=6, decimal_places=4)] = Decimal("0.3")
    due_days: int = Field(default=30, ge=0, le=365)
    deposit_due_days: int = Field(default=10, ge=0, le=365)
    pause_days: int = Field(default=30, ge=0, le=365)


class Plan(_Part):
    """A billing plan. `services` empty: all. `rates` are plan rates that differ from on-demand."""

    names: Names
    conditions: PlanConditions = PlanConditions()
    services: list[str] = Field(default_factory=list)
    rates: dict[str, Rates] = Field(default_factory=dict)
    monthly: PlanTerms
    yearly: PlanTerms


class SupportTierTerms(_Part):
    """A support tier's promises: hours, and minutes until the first answer to a critical case.

    `expected_answer_hours`: within how many hours any request is answered as a rule, of those in which people work
    (8x5) or by the clock (24x7); null: nothing is expected.
    """

    hours: Literal["8x5", "24x7"]
    first_answer_minutes: int | None = Field(default=None, gt=0)
    expected_answer_hours: int | None = Field(default=None, ge=1, le=720)


class TopUp(_Part):
    """The smallest and largest top-up per currency."""

    minimum: Prices
    maximum: Prices


class Catalogue(_Part):
    """A whole catalogue."""

    services: dict[str, Service]
    plans: dict[str, Plan]
    support_tiers: dict[Literal["basic", "standard", "premium"], SupportTierTerms]
    top_up: TopUp

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Where one part contradicts another: the place in the file, and the reason."""
        for name, plan in self.plans.items():
            used = {*plan.services, *plan.rates, *plan.monthly.quotas, *plan.yearly.quotas}
            if unknown := used - self.services.keys():
                yield ("plans", name), f"plan {name} names unknown services: {', '.join(sorted(unknown))}"
        sold_in = self.top_up.minimum.keys()
        for place, amounts in self._amounts():
            if amounts.keys() != sold_in:
                yield place, f"must be in the currencies of top_up.minimum: {', '.join(sorted(sold_in))}"

    def _amounts(self) -> Iterator[tuple[tuple[str, ...], dict[str, Decimal]]]:
        yield ("top_up", "maximum"), self.top_up.maximum
        for name, service in self.services.items():
            yield ("services", name, "rates"), service.rates
        for name, plan in self.plans.items():
            for service_name, rates in plan.rates.items():
                yield ("plans", name, "rates", service_name), rates
            for interval, terms in (("monthly", plan.monthly), ("yearly", plan.yearly)):
                yield ("plans", name, interval, "price"), terms.price
                yield ("plans", name, interval, "amount"), terms.amount
