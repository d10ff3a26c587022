from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from billing.metering.days import Days, bounds, midnight
from billing.schemas import Period

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/Havana", date(2026, 3, 8), 23),  # has no midnight
        ("America/Havana", date(2026, 11, 1), 25),  # has midnight twice
        ("Africa/Cairo", date(2026, 10, 29), 25),  # goes back from midnight to eleven
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),  # was left out
        ("UTC", date(2026, 3, 8), 24),
    ],
)
def test_a_day_holds_what_lies_between_its_midnights(zone, day, hours):
    begins, ends = bounds(Period.model_validate({"from": day, "to": day}), ZoneInfo(zone))

    assert ends - begins == timedelta(hours=hours)
    days = Days(ZoneInfo(zone))
    assert days.of(begins - TICK) == day - timedelta(days=1)
    assert days.of(ends) == day + timedelta(days=1)
    if hours:
        assert days.of(begins) == days.of(ends - TICK) == day


def test_minutes_that_come_again_after_midnight_are_of_the_day_begun():
    zone = ZoneInfo("America/St_Johns")  # went back at one minute past midnight
    second_eleven = datetime(2010, 11, 7, 3, 0, tzinfo=UTC)

    assert second_eleven.astimezone(zone).date() == date(2010, 11, 6)
    assert Days(zone).of(second_eleven) == date(2010, 11, 7)


def test_in_every_zone_days_follow_each_other_and_begin_on_a_quarter_of_an_hour():
    checked = 0
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        days = Days(zone)
        for week in weeks_of_a_change(zone):
            for day in (week + timedelta(days=number) for number in range(8)):
                begins = midnight(day, zone)
                assert midnight(day - timedelta(days=1), zone) <= begins, (name, day)
                assert begins.timestamp() % 900 == 0, (name, day)
                assert days.of(begins - TICK) < day <= days.of(begins), (name, day)
                checked += 1
    assert checked > 10_000


def weeks_of_a_change(zone: ZoneInfo) -> Iterator[date]:
    """The weeks since 2000 in which the zone's clocks were changed."""
    week, until = datetime(2000, 1, 1, 12, tzinfo=zone), datetime(2030, 1, 1, tzinfo=zone)
    while week < until:
        after = week + timedelta(days=7)
        if week.utcoffset() != after.utcoffset():
            yield week.date()
        week = after
