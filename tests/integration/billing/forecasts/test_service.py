"""When balance and plan run out. The plan: 10.00, 100 sessions at 0.04; on demand a session is 0.05."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, pause, use
from tests.builders.clock import NOON, at
from tests.builders.money import usd, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def used_daily(billing, account, sessions, *, days=20, until="2026-03-10") -> None:
    """The same every whole day before `until`."""
    for back in range(1, days + 1):
        use(billing, account, sessions, at=at(until) - timedelta(days=back) + timedelta(hours=3))


def test_steady_use_ends_the_credit_on_the_day_that_arithmetic_says(billing, account):
    used_daily(billing, account, 10)  # 0.50 a day, owed
    a_voucher(billing, account, usd(10))

    forecast = billing.forecast(account)

    assert (forecast.available, forecast.basis_days) == (usd(10), 30)
    assert forecast.daily_average == usd("0.33333333")
    assert (forecast.days_left, str(forecast.runs_out_on)) == (19, "2026-03-29")
    assert forecast.earliest_on == forecast.latest_on == forecast.runs_out_on
    assert (forecast.reason, forecast.plan) == (None, None)


def test_what_today_was_used_for_already_is_not_counted_twice(billing, account):
    used_daily(billing, account, 10)
    use(billing, account, 10)
    a_voucher(billing, account, usd(10))

    assert billing.forecast(account).days_left == 20


def test_after_the_plan_its_unused_rest_is_gone_and_use_is_on_demand(billing, clock, account):
    clock.set("2026-02-20")
    a_plan(billing, account)  # until 2026-03-20
    clock.set(NOON)
    used_daily(billing, account, 1, days=18)
    a_voucher(billing, account, usd("0.5"))

    forecast = billing.forecast(account)

    assert (forecast.plan.ended_by, str(forecast.plan.runs_out_on)) == ("period", "2026-03-19")
    assert str(forecast.runs_out_on) == "2026-03-29"  # ten days at 0.05 from the 20th


def test_a_plan_may_end_by_its_amount(billing, clock, account):
    clock.set("2026-02-20")
    a_plan(billing, account, services=["bot_session", "gpu_container"])
    clock.set(NOON)
    for back in range(1, 19):
        use(billing, account, "0.1", "gpu_container", at=at("2026-03-10") - timedelta(days=back))
    use(billing, account, 1)

    forecast = billing.forecast(account)

    # 10.00 less 18 times 0.24 and 0.05: 5.63 last 23 more days, and the period ends after 10
    assert (forecast.plan.ended_by, str(forecast.plan.runs_out_on)) == ("period", "2026-03-19")

    use(billing, account, 2, "gpu_container")
    forecast = billing.forecast(account)

    # 0.83 are left: today, of which more than usual was used already, takes nothing, four days later it is gone
    assert (forecast.plan.ended_by, str(forecast.plan.runs_out_on)) == ("amount", "2026-03-14")


def test_a_voucher_is_worth_nothing_after_it_expired(billing, account):
    used_daily(billing, account, 10)
    a_voucher(billing, account, usd(100), expires_at=at("2026-03-15"))

    assert str(billing.forecast(account).runs_out_on) in {"2026-03-14", "2026-03-15"}


def test_a_paused_plan_pays_nothing(billing, clock, account):
    clock.set("2026-03-01")
    row = a_plan(billing, account)
    clock.set(NOON)
    pause(billing, row)
    used_daily(billing, account, 10, until="2026-03-01")
    a_top_up(billing, account, 25)

    assert billing.forecast(account).plan is None


def test_use_that_swings_with_the_week_has_an_interval_around_the_day(billing, account):
    for back in range(1, 71):
        day = at("2026-03-10") - timedelta(days=back)
        use(billing, account, (6 if day.weekday() >= 5 else 20) + back * 7 % 5, at=day)
    a_voucher(billing, account, usd(30))

    forecast = billing.forecast(account)

    assert forecast.earliest_on <= forecast.runs_out_on <= forecast.latest_on
    assert forecast.earliest_on < forecast.latest_on
    assert 25 <= forecast.days_left <= 45


@pytest.mark.parametrize(
    ("days", "sessions", "credit", "reason"),
    [
        (0, 0, 25, "no_usage"),
        (13, 10, 25, "too_little_history"),
        (20, 1, 100, "beyond_horizon"),
    ],
)
def test_it_says_why_it_cannot_tell(billing, account, days, sessions, credit, reason):
    used_daily(billing, account, sessions, days=days)
    a_voucher(billing, account, usd(credit))

    forecast = billing.forecast(account)

    assert (forecast.reason, forecast.days_left, forecast.runs_out_on) == (reason, None, None)


def test_a_few_days_of_use_are_too_erratic(billing, account):
    for day in ("2026-02-08", "2026-02-20", "2026-03-09T23:59"):
        use(billing, account, 100, at=at(day))
    a_voucher(billing, account, usd(25))

    assert billing.forecast(account).reason == "erratic"


def test_without_credit_it_runs_out_today(billing, account):
    use(billing, account, 60, at=at("2026-03-09"))

    forecast = billing.forecast(account)

    assert (forecast.days_left, str(forecast.runs_out_on), forecast.reason) == (0, "2026-03-10", None)


def test_the_last_day_counts_as_the_accounts_day(billing, clock):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    clock.set("2026-03-10T15:00")  # already the 11th there
    for back in range(20):
        use(billing, account, 30, at=at("2026-03-10T14:59") - timedelta(days=back))
    a_voucher(billing, account, yen(2100))

    forecast = billing.forecast(account)

    assert forecast.daily_average == yen(140)
    assert (forecast.days_left, str(forecast.runs_out_on)) == (9, "2026-03-20")


def test_the_same_history_is_told_the_same(billing, account):
    for back in range(1, 40):
        use(billing, account, 5 + back * 13 % 9, at=at("2026-03-10") - timedelta(days=back))
    a_voucher(billing, account, usd(20))

    assert billing.forecast(account) == billing.forecast(account)
