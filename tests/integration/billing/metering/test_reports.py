from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.api import Period
from billing.errors import BillingError, PeriodInvalid
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd, yen


def period(first: str, last: str) -> Period:
    return Period.model_validate({"from": first, "to": last})


def test_use_is_told_of_thirty_days_with_today_beside_the_thirty_before(billing, clock):
    account = an_account(billing)
    for day, sessions in (
        ("2026-01-09", 1),
        ("2026-01-10", 2),
        ("2026-02-08", 4),
        ("2026-02-09", 8),
        ("2026-03-10", 16),
    ):
        use(billing, account, sessions, at=at(day))

    report = billing.usage(account)

    assert report.period == period("2026-02-09", "2026-03-10")
    assert (report.sessions, report.spend) == (24, usd("1.20"))
    assert (report.previous_sessions, report.previous_spend) == (6, usd("0.30"))


def test_every_day_of_the_period_is_told_and_the_days_add_up(billing):
    account = an_account(billing)
    use(billing, account, 2, at=at("2026-03-08T23:59:59"))
    use(billing, account, 1, "gpu_container", at=at("2026-03-08"))
    use(billing, account, 3, at=at("2026-03-10"))

    report = billing.usage(account, period("2026-03-08", "2026-03-10"))

    assert [(day.day.day, day.sessions, day.spend) for day in report.days] == [
        (8, 2, usd("2.50")),
        (9, 0, usd(0)),
        (10, 3, usd("0.15")),
    ]
    assert [(spend.service, spend.unit, spend.quantity, spend.spend) for spend in report.services] == [
        ("bot_session", "session", 5, usd("0.25")),
        ("gpu_container", "hour", 1, usd("2.40")),
    ]


@pytest.mark.parametrize(
    ("zone", "day", "first", "after"),
    [
        ("Asia/Tokyo", "2026-03-01", "2026-02-28T15:00", "2026-03-01T15:00"),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00", "2026-03-09T04:00"),  # 23 hours
        ("America/New_York", "2025-11-02", "2025-11-02T04:00", "2025-11-03T05:00"),  # 25 hours
        ("UTC", "2026-02-28", "2026-02-28T00:00", "2026-03-01T00:00"),
    ],
)
def test_a_day_is_the_accounts_day(billing, zone, day, first, after):
    account = an_account(billing, time_zone=zone)
    for moment in (at(first), at(after)):
        use(billing, account, 1, at=moment)
        use(billing, account, 10, at=moment - timedelta(microseconds=1))

    assert billing.usage(account, period(day, day)).sessions == 11


def test_spend_is_exact_in_a_currency_without_coins_below_one(billing):
    account = an_account(billing, currency="JPY")
    use(billing, account, "0.001", "inference")

    assert billing.usage(account).spend == yen("0.0003")


def test_service_use_is_told_of_the_plans_period_with_what_is_left_of_quotas(billing, clock):
    account = an_account(billing)
    use(billing, account, 7, at=at("2026-03-09"))
    a_plan(billing, account)
    use(billing, account, 120)
    use(billing, account, 2, "gpu_container")

    usage = billing.service_usage(account)

    assert usage.period == period("2026-03-10", "2026-04-10")
    told = {service.service: service for service in usage.services}
    assert (told["bot_session"].quota, told["bot_session"].used, told["bot_session"].remaining) == (100, 100, 0)
    assert told["bot_session"].spent == usd(5)
    assert (told["gpu_container"].quota, told["gpu_container"].used, told["gpu_container"].remaining) == (None, 2, None)
    assert (told["inference"].quota, told["inference"].remaining) == (1000, 1000)
    assert usage.total == usd("9.80")


def test_service_use_without_a_plan_is_told_of_the_last_thirty_days(billing):
    account = an_account(billing)
    use(billing, account, "0.5", "gpu_container")

    usage = billing.service_usage(account)

    assert usage.period == period("2026-02-09", "2026-03-10")
    assert [(service.service, service.used, service.quota) for service in usage.services] == [
        ("gpu_container", Decimal("0.5"), None)
    ]


def test_service_use_of_a_named_period_is_what_was_used_then_without_quotas(billing):
    account = an_account(billing)
    use(billing, account, 7, at=at("2026-03-09"))
    a_plan(billing, account)
    use(billing, account, 2, "gpu_container")

    usage = billing.service_usage(account, period("2026-03-09", "2026-03-09"))

    assert usage.period == period("2026-03-09", "2026-03-09")
    assert [(s.service, s.used, s.quota, s.spent) for s in usage.services] == [("bot_session", 7, None, usage.total)]
    assert usage.total == billing.usage(account, usage.period).spend


def test_service_use_of_a_period_that_is_too_long_is_refused(billing):
    with pytest.raises(PeriodInvalid):
        billing.service_usage(an_account(billing), period("2020-01-01", "2026-03-09"))


def test_quantities_are_told_in_plain_digits(billing):
    account = an_account(billing)
    use(billing, account, 300, "inference")

    assert str(billing.usage(account).services[0].quantity) == "300"


def test_the_first_and_the_last_day_there_are_can_be_asked_for_or_are_refused(billing):
    account = an_account(billing, time_zone="America/New_York")

    for day in (date.min, date.max):
        with suppress(BillingError):
            assert billing.usage(account, Period.model_validate({"from": day, "to": day})).sessions == 0


def test_weeks_begin_on_monday_and_are_cut_off_by_the_period(billing):
    account = an_account(billing)
    for day, sessions in (("2026-02-28", 1), ("2026-03-01", 2), ("2026-03-02", 4), ("2026-03-10", 8)):
        use(billing, account, sessions, at=at(day))
    use(billing, account, 1, "gpu_container", at=at("2026-03-02"))

    series = billing.usage_trend(account, period("2026-02-28", "2026-03-10"), "week").series

    assert [(str(step.from_), str(step.to), step.sessions, step.spend) for step in series] == [
        ("2026-02-28", "2026-03-01", 3, usd("0.15")),
        ("2026-03-02", "2026-03-08", 4, usd("2.60")),
        ("2026-03-09", "2026-03-10", 8, usd("0.40")),
    ]
    assert [(use.service, use.quantity) for use in series[1].services] == [("bot_session", 4), ("gpu_container", 1)]


def test_months_are_the_calendars(billing):
    account = an_account(billing)
    use(billing, account, 3, at=at("2026-01-31"))

    series = billing.usage_trend(account, period("2026-01-30", "2026-03-01"), "month").series

    assert [(str(step.from_), str(step.to), step.sessions) for step in series] == [
        ("2026-01-30", "2026-01-31", 3),
        ("2026-02-01", "2026-02-28", 0),
        ("2026-03-01", "2026-03-01", 0),
    ]


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_through_daylight_saving_every_use_is_in_one_step(billing, clock, granularity):
    account = an_account(billing, time_zone="America/New_York")
    clock.set("2026-11-03")
    for hour in range(72):
        use(billing, account, 1, at=at("2026-10-31T04:00") + timedelta(hours=hour))
        if hour % 24 == 0:
            clock.forward(hours=1)

    report = billing.usage_trend(account, period("2026-10-31", "2026-11-02"), granularity)

    assert sum(step.sessions for step in report.series) == report.sessions == 72
    if granularity == "day":
        assert [step.sessions for step in report.series] == [24, 25, 23]


def test_the_trend_is_the_change_against_the_period_before(billing):
    account = an_account(billing)
    use(billing, account, 8, at=at("2026-03-01"))
    use(billing, account, 5, at=at("2026-03-04"))

    trend = billing.usage_trend(account, period("2026-03-03", "2026-03-04")).trend
    assert (trend.sessions, trend.sessions_percent) == (-3, Decimal("-37.5"))
    assert (trend.spend, trend.spend_percent) == (usd("-0.15"), Decimal("-37.5"))


def test_from_nothing_there_is_no_percentage(billing):
    account = an_account(billing)
    use(billing, account, 5)

    trend = billing.usage_trend(account).trend
    assert (trend.sessions, trend.sessions_percent, trend.spend_percent) == (5, None, None)
