"""Spend by volume, and where another plan becomes the cheapest: against brute force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from billing.api import Billing
from billing.config import Settings
from billing.recommendations.pricing import Span, Use
from billing.recommendations.volumes import scaled
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.by_hand import CENT, PLANS, RATES, by_hand
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import NOON, SettableClock, at
from tests.builders.money import usd

_number = count(1)
STEP = Decimal("0.001")


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_a_plan_that_costs_more_than_it_pays_for_never_breaks_even(billing, account):
    use(billing, account, 160, at=at("2026-02-08T10:00"))

    found = billing.plan_comparison(account)

    # starter pays for 100 sessions, worth 5.00 without a plan, and costs 7.50 a month at least: never cheaper
    assert [point.volume for point in found.points][:3] == [Decimal(0), Decimal("0.25"), Decimal("0.5")]
    assert found.points[4].on_demand == usd(8)
    own = next(n for n, line in enumerate(found.lines) if line.plan is None)
    assert [point.totals[own] for point in found.points] == [point.on_demand for point in found.points]
    assert found.crossings == []


def test_at_a_crossing_the_cheapest_changes_and_the_prices_are_told(billing, account):
    use(billing, account, 40, "gpu_container", at=at("2026-02-08T10:00"))

    found = billing.plan_comparison(account)

    # for a month's share, starter yearly costs 7.50 and pays for 10.00, renderer yearly costs 83.33 and pays for 120.00
    assert [(c.from_plan, c.to_plan, c.to_interval) for c in found.crossings] == [
        (None, "starter", "yearly"),
        ("starter", "renderer", "yearly"),
    ]
    assert [(c.volume, c.on_demand, c.total) for c in found.crossings] == [
        (Decimal("0.079"), usd("7.58"), usd("7.50")),
        (Decimal("0.895"), usd("85.92"), usd("83.33")),
    ]


def test_once_the_volume_there_was_is_the_recommendation(billing, clock, account):
    clock.set("2026-03-01")
    a_plan(billing, account, "starter", payment_option="pay_later")
    clock.set(NOON)
    use(billing, account, 130, at=at("2026-02-08T10:00"))

    found = billing.plan_comparison(account)

    whole = next(point for point in found.points if point.volume == 1)
    told = {(line.plan, line.interval): total for line, total in zip(found.lines, whole.totals, strict=True)}
    assert found.recommendation == billing.recommendation(account)
    assert told == {(option.plan, option.interval): option.total for option in found.recommendation.options}


@given(
    uses=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 10**6)), min_size=1, max_size=8),
    volume=st.integers(0, 3000),
)
def test_shorter_spans_add_up_to_the_longer_at_every_volume(uses, volume):
    singles = [Span((Use(service, quantity),)) for service, quantity in uses]
    whole = {service: sum(q for s, q in uses if s == service) for service, _ in uses}
    day = Span(
        tuple(Use(*told) for told in whole.items()), lambda: [Span(tuple(Use(*u) for u in uses), lambda: singles)]
    )

    found = scaled(day, volume)

    quarter = found.parts()[0]
    sums = dict.fromkeys(whole, 0)
    for span in quarter.parts():
        for service, quantity in span.sums:
            sums[service] += quantity
    assert sums == dict(found.sums) == {s: (q * volume * 2 + 1000) // 2000 for s, q in whole.items()}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billing]:
    """One database for all examples, an account each: opening one takes longer than what is tried on it."""
    folder = tmp_path_factory.mktemp("many")
    opened = Billing.open(Settings(database_url=f"sqlite:///{folder / 'billing.db'}"), clock=SettableClock())
    opened.load_catalogue(a_catalogue(folder))
    yield opened
    opened.close()


uses = st.dictionaries(
    st.tuples(st.integers(0, 29), st.sampled_from(sorted(RATES))),
    st.integers(1, 60_000).map(lambda n: Decimal(n) / 1000),
    min_size=1,
    max_size=12,
)


def totals_by_hand(told: dict, volume: Decimal) -> dict:
    more = [
        (day, service, (quantity * volume).quantize(STEP, "ROUND_HALF_UP"))
        for (day, service), quantity in sorted(told.items())
    ]
    totals = {key: by_hand(more, 1, terms[0], terms) for key, terms in PLANS.items()}
    totals[None, None] = sum((q * RATES[s] for _, s, q in more), Decimal(0)).quantize(CENT, "ROUND_HALF_UP")
    return totals


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(told=uses)
def test_every_point_and_every_crossing_is_what_brute_force_says(many, told):
    account = an_account(many, f"volumes-{next(_number)}")
    first = at("2026-03-10") - timedelta(days=30)
    for (day, service), quantity in sorted(told.items()):
        use(many, account, quantity, service, at=first + timedelta(days=day))

    found = many.plan_comparison(account)

    lines = [(line.plan, line.interval) for line in found.lines]
    for point in found.points:
        by_line = dict(zip(lines, (total.amount for total in point.totals), strict=True))
        assert by_line == totals_by_hand(told, point.volume)
    for crossing in found.crossings:
        below, here = (totals_by_hand(told, v) for v in (crossing.volume - STEP, crossing.volume))
        old, new = (crossing.from_plan, crossing.from_interval), (crossing.to_plan, crossing.to_interval)
        assert here[new] == min(here.values()) == crossing.total.amount
        assert below[old] == min(below.values())
        assert below[new] >= below[old] and here[new] <= here[old]
