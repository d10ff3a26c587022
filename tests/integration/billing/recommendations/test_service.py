"""Which plan would have cost least. Starter: 9.00 for 10.00, 100 sessions at 0.04; on demand a session is 0.05."""

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
from billing.errors import PeriodInvalid
from billing.money import Money
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.by_hand import CENT, PLANS, RATES, by_hand
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import NOON, SettableClock, at
from tests.builders.money import usd

_number = count(1)


@pytest.fixture
def account(billing):
    return an_account(billing)


def totals(recommendation) -> list[tuple[str | None, str | None, Money]]:
    return [(option.plan, option.interval, option.total) for option in recommendation.options]


def test_the_last_thirty_whole_days_are_priced_on_every_plan_and_without_one(billing, account):
    use(billing, account, 1000, at=at("2026-02-08T10:00"))
    use(billing, account, 60, at=at("2026-02-08T11:00"))
    use(billing, account, 5000, at=at("2026-03-10"))  # today is not over

    found = billing.recommendation(account)

    assert (str(found.period.from_), str(found.period.to)) == ("2026-02-08", "2026-03-09")
    assert totals(found)[:3] == [
        (None, None, usd("53.00")),
        ("starter", "yearly", usd("7.50") + usd("48.00")),
        ("starter", "monthly", usd("9.00") + usd("48.00")),
    ]
    assert [option.plan for option in found.options if option.best] == [None]
    assert (found.present.plan, found.saving) == (None, usd(0))


def test_the_saving_is_against_the_plan_that_the_customer_has(billing, clock, account):
    clock.set("2026-03-01")
    a_plan(billing, account, "renderer")
    clock.set(NOON)
    use(billing, account, 200, at=at("2026-02-08T10:00"))

    found = billing.recommendation(account)

    assert found.present.plan == "renderer"
    assert found.best.plan is None
    assert found.present.total == usd("109.99")
    assert found.saving == usd("99.99")


def test_a_plan_that_is_paid_later_costs_what_it_pays(billing, clock, account):
    clock.set("2026-03-01")
    a_plan(billing, account, "starter", payment_option="pay_later")
    clock.set(NOON)
    use(billing, account, 130, at=at("2026-02-08T10:00"))

    found = billing.recommendation(account)

    assert found.payment_option == "pay_later"
    assert (found.present.plan, found.present.total) == ("starter", usd("4.00") + usd("1.50"))


def test_without_any_use_nothing_is_recommended(billing, account):
    found = billing.recommendation(account)

    assert (found.reason, found.best, found.saving) == ("no_usage", None, None)


def test_a_history_that_is_shorter_than_the_days_recommends_nothing(billing, account):
    use(billing, account, 10, at=at("2026-02-09"))

    found = billing.recommendation(account)

    assert (found.reason, found.best) == ("too_little_history", None)
    assert found.options[0].total == usd("0.50")


@pytest.mark.parametrize("days", [0, -30, 31, 390])
def test_only_whole_months_are_priced(billing, account, days):
    with pytest.raises(PeriodInvalid):
        billing.recommendation(account, days)


# --- against brute force

day_uses = st.lists(
    st.tuples(
        st.integers(0, 89), st.sampled_from(sorted(RATES)), st.integers(1, 60_000).map(lambda n: Decimal(n) / 1000)
    ),
    min_size=1,
    max_size=15,
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billing]:
    """One database for all examples, an account each: opening one takes longer than what is tried on it."""
    folder = tmp_path_factory.mktemp("many")
    opened = Billing.open(Settings(database_url=f"sqlite:///{folder / 'billing.db'}"), clock=SettableClock())
    opened.load_catalogue(a_catalogue(folder))
    yield opened
    opened.close()


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(told=day_uses)
def test_what_is_recommended_is_the_cheapest_by_brute_force(many, told):
    account = an_account(many, f"many-{next(_number)}")
    uses = sorted([(0, "bot_session", Decimal(1)), *told], key=lambda u: u[0])
    first = at("2026-03-10") - timedelta(days=90)
    for number, (day, service, quantity) in enumerate(uses):
        use(many, account, quantity, service, at=first + timedelta(days=day, seconds=number))

    found = many.recommendation(account, 90)

    expected = {key: by_hand(uses, 3, terms[0], terms) for key, terms in PLANS.items()}
    expected[None, None] = sum(q * RATES[s] for _, s, q in uses).quantize(CENT, "ROUND_HALF_UP")
    assert {(o.plan, o.interval): o.total.amount for o in found.options} == expected
    assert found.best.total.amount == min(expected.values())
