"""What use would have cost: from sums of days as from each use, and to the last digit."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.metering.wallet import OnePlan
from billing.money import Money
from billing.plans.models import Subscription
from billing.recommendations.pricing import Span, Use, price, price_spans
from tests.builders.money import usd

RATES = {"bot_session": usd("0.05"), "gpu_container": usd("2.4"), "inference": usd("0.00201")}

uses = st.builds(Use, st.sampled_from(sorted(RATES)), st.integers(1, 400_000))
days_of_uses = st.lists(st.lists(uses, max_size=6), max_size=8)


def a_plan(amount: Money, quotas: dict[str, str], services: list[str], rates: dict[str, str]) -> OnePlan:
    terms = {"quotas": quotas, "rates": rates}
    return OnePlan("USD", Subscription(services=services, terms=terms, currency="USD", amount=amount.units))


plans = st.builds(
    a_plan,
    st.integers(1, 60_000).map(lambda cents: usd(Decimal(cents) / 100)),
    st.dictionaries(st.sampled_from(sorted(RATES)), st.integers(0, 900).map(str)),
    st.sampled_from([[], ["bot_session"], ["gpu_container", "inference"]]),
    st.dictionaries(st.sampled_from(["bot_session", "inference"]), st.sampled_from(["0.04", "0.001", "0"])),
)


def summed(day: list[Use]) -> Span:
    """The day, which consists of halves, which consist of single uses."""
    return span(day, [span(half, [Span((use,)) for use in half]) for half in (day[:3], day[3:])])


def span(uses: list[Use], parts: list[Span]) -> Span:
    sums: dict[str, int] = defaultdict(int)
    for use in uses:
        sums[use.service] += use.quantity
    return Span(tuple(Use(service, quantity) for service, quantity in sums.items()), lambda: parts)


@given(days_of_uses, plans)
def test_sums_of_days_cost_what_each_use_would(days, plan):
    one_by_one = price([use for day in days for use in day], plan.copy(), RATES)

    assert price_spans([summed(day) for day in days], plan, RATES) == one_by_one


@given(days_of_uses)
def test_without_a_plan_all_is_on_demand(days):
    priced = price_spans([summed(day) for day in days], OnePlan("USD"), RATES)

    assert priced.covered == {}
    assert priced.overage == Money.total(
        (RATES[u.service].times(Decimal(u.quantity) / 1000) for day in days for u in day), "USD"
    )


@given(days_of_uses, st.integers(1, 60_000), st.integers(0, 900))
def test_a_plan_never_pays_more_than_its_amount_nor_beyond_a_quota(days, cents, sessions):
    plan = a_plan(usd(Decimal(cents) / 100), {"bot_session": str(sessions)}, [], {})

    priced = price_spans([summed(day) for day in days], plan, RATES)

    paid = sum(units for _, units in priced.covered.values())
    assert paid == usd(Decimal(cents) / 100).units - plan.left
    assert plan.left >= 0
    assert priced.covered.get("bot_session", (0, 0))[0] <= sessions * 1000


def test_the_rest_of_a_quota_and_what_is_not_covered_go_on_demand():
    plan = a_plan(usd(10), {"bot_session": "100"}, ["bot_session"], {"bot_session": "0.04"})

    priced = price([Use("bot_session", 120_000), Use("gpu_container", 1_000)], plan, RATES)

    assert priced.covered == {"bot_session": (100_000, usd(4).units)}
    assert priced.overage == usd("3.40")
