"""Periods are bounded by midnights of the account's zone, whatever the length of its months and days."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from billing.errors import AccountNotFound, PlanNotFound
from tests.builders.accounts import a_plan, an_account, an_offer, use
from tests.builders.clock import at
from tests.builders.life import confirmed, do

INSTANT = timedelta(microseconds=1)

MONTHS = [  # zone, start and end as the account's wall clock shows them
    ("UTC", "2026-01-31T00:00", "2026-02-28T00:00"),
    ("UTC", "2028-01-31T00:00", "2028-02-29T00:00"),
    ("UTC", "2026-02-28T10:30", "2026-03-28T10:30"),
    ("Asia/Tokyo", "2026-01-31T00:00", "2026-02-28T00:00"),
    ("Asia/Seoul", "2026-12-31T00:00", "2027-01-31T00:00"),
    ("America/New_York", "2026-02-15T00:00", "2026-03-15T00:00"),  # clocks go forward between
    ("America/New_York", "2026-10-15T00:00", "2026-11-15T00:00"),  # and back
    ("Europe/Berlin", "2026-03-15T00:00", "2026-04-15T00:00"),
]


def test_a_month_ends_on_its_own_day_of_the_next_at_the_same_wall_clock(billing, clock):
    for number, (zone, start, end) in enumerate(MONTHS):
        first, after = (at(f"{text}:00").replace(tzinfo=ZoneInfo(zone)) for text in (start, end))
        clock.set(first)
        account = an_account(billing, f"account-{number}", time_zone=zone)

        row = a_plan(billing, account)

        assert row.ends_at == after, (zone, start)
        plan = billing.plan(account)
        assert plan.starts_on == first.date()
        assert plan.ends_on == (after - timedelta(seconds=1)).date()
        assert plan.days_left == (after.date() - first.date()).days
        clock.set(after.astimezone(ZoneInfo("UTC")) - INSTANT)
        assert billing.plan(account).status == "pending_renewal"
        clock.set(after)
        assert billing.plan(account).status == "expired"


def test_a_plan_confirmed_in_the_second_of_an_hour_that_comes_twice_begins_then_and_not_an_hour_ago(billing, clock):
    clock.set("2026-10-20")
    account = an_account(billing, time_zone="America/New_York")
    confirmed(billing, account)
    clock.set("2026-11-01T06:30")  # half past one there, for the second time

    do(billing, account, "change", "renderer")

    new, old = billing.plan_periods(account)
    assert new.starts_at.astimezone(UTC) == old.ends_at.astimezone(UTC) == clock.now


def test_a_year_ends_on_its_own_day_of_the_next(billing, clock):
    for start, end in (("2028-02-29", "2029-02-28"), ("2026-03-01", "2027-03-01")):
        clock.set(start)
        account = an_account(billing, f"from-{start}")
        assert a_plan(billing, account, interval="yearly").ends_at == at(end)


def test_the_same_instant_is_in_the_plan_here_and_after_it_there(billing, clock):
    for name, zone in (("tokyo", "Asia/Tokyo"), ("york", "America/New_York")):
        account = an_account(billing, name, time_zone=zone)
        a_plan(billing, account, starts_at=at("2026-02-01").replace(tzinfo=ZoneInfo(zone)))
    clock.set("2026-02-28T20:00")

    assert billing.plan("tokyo").status == "expired"
    assert billing.plan("york").status == "pending_renewal"
    use(billing, "tokyo", 1)
    use(billing, "york", 1)
    assert billing.balance("tokyo").owed
    assert not billing.balance("york").owed


def test_days_left_count_the_accounts_days(billing, clock):
    clock.set("2026-03-01T05:00")
    account = an_account(billing, time_zone="America/New_York")
    a_plan(billing, account)  # from the midnight of 1 March there

    clock.set("2026-03-31T03:59")
    assert billing.plan(account).days_left == 2
    clock.set("2026-03-31T04:00")
    assert billing.plan(account).days_left == 1


def test_a_plan_that_begins_later_gives_no_credit_yet(billing, clock):
    account = an_account(billing)
    a_plan(billing, account, starts_at=clock.now + timedelta(days=3))

    assert not billing.balance(account).available
    clock.forward(days=3)
    assert billing.balance(account).available


def test_a_plan_that_is_not_sold_or_an_account_that_is_not_there_is_refused(billing):
    account = an_account(billing)

    with pytest.raises(PlanNotFound):
        an_offer(billing, account, "platinum")
    with pytest.raises(AccountNotFound):
        an_offer(billing, "nobody")
    assert billing.plan(account) is None
