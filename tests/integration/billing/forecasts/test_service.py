from __future__ import annotations

import pytest

from tests.builders.accounts import a_top_up, a_voucher, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_the_credit_divided_by_the_average_of_thirty_days_is_the_days_left(billing, clock, account):
    clock.set("2026-02-08")
    a_top_up(billing, account, 25)
    clock.set("2026-03-10T12:00")
    for day in ("2026-02-08", "2026-02-20", "2026-03-09T23:59"):
        use(billing, account, 100, at=at(day))  # 15.00 in 30 days

    forecast = billing.forecast(account)

    assert (forecast.available, forecast.daily_average, forecast.basis_days) == (usd(10), usd("0.5"), 30)
    assert (forecast.days_left, str(forecast.runs_out_on)) == (20, "2026-03-30")


def test_today_and_what_is_older_than_thirty_days_are_left_out(billing, account):
    a_voucher(billing, account, usd(100))
    for day in ("2026-02-07T23:59", "2026-03-10"):
        use(billing, account, 100, at=at(day))

    assert billing.forecast(account).days_left is None


def test_days_that_are_not_whole_are_not_counted(billing, account):
    use(billing, account, 60, at=at("2026-03-09"))  # 0.10 a day
    a_voucher(billing, account, usd("0.29"))

    assert billing.forecast(account).days_left == 2


def test_without_any_use_there_is_nothing_to_forecast(billing, account):
    a_top_up(billing, account, 25)

    forecast = billing.forecast(account)

    assert (forecast.available, forecast.daily_average) == (usd(25), usd(0))
    assert (forecast.days_left, forecast.runs_out_on) == (None, None)


def test_without_credit_it_runs_out_today(billing, account):
    use(billing, account, 60, at=at("2026-03-09"))

    forecast = billing.forecast(account)

    assert (forecast.days_left, str(forecast.runs_out_on)) == (0, "2026-03-10")


def test_hardly_any_use_never_reaches_beyond_the_calendar(billing, account):
    a_top_up(billing, account, 10_000)
    use(billing, account, "0.001", "inference", at=at("2026-03-09"))

    forecast = billing.forecast(account)

    assert forecast.days_left == 36_500
    assert forecast.runs_out_on.year == 2126


def test_the_last_day_counts_as_the_accounts_day(billing, clock):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    clock.set("2026-03-10T15:00")  # already the 11th there
    use(billing, account, 30, at=at("2026-03-10T14:59"))
    a_voucher(billing, account, yen(70))

    forecast = billing.forecast(account)

    assert (forecast.daily_average, forecast.days_left) == (yen(7), 10)
    assert str(forecast.runs_out_on) == "2026-03-21"
