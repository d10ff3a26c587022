"""When people work, and when so much of their time has gone by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.content.opening import after, hours, is_open
from assistant.content.schemas import Hours

WEEK = ["mon", "tue", "wed", "thu", "fri"]
TOKYO = Hours.model_validate(
    {"days": WEEK, "from": "09:00", "to": "18:00", "time_zone": "Asia/Tokyo", "holidays": ["2026-11-23"]}
)
NIGHT = Hours.model_validate({"days": WEEK, "from": "22:00", "to": "06:00", "time_zone": "Europe/Berlin"})


def at(text: str, zone: str = "Asia/Tokyo") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("asked", "work", "by"),
    [
        ("2026-11-19 10:00", 8, "2026-11-19 18:00"),
        ("2026-11-19 17:00", 8, "2026-11-20 16:00"),
        ("2026-11-20 17:00", 2, "2026-11-24 10:00"),  # a weekend and a holiday lie between
        ("2026-11-21 12:00", 1, "2026-11-24 10:00"),
        ("2026-11-19 06:00", 0, "2026-11-19 09:00"),
        ("2026-11-19 18:00", 0, "2026-11-20 09:00"),
    ],
)
def test_only_the_time_in_which_people_work_counts(asked: str, work: int, by: str) -> None:
    assert after(TOKYO, at(asked).astimezone(UTC), timedelta(hours=work)) == at(by)


def test_a_night_shift_ends_on_the_next_day_and_is_shorter_when_clocks_go_forward() -> None:
    assert is_open(NIGHT, at("2026-11-21 05:59", "Europe/Berlin"))  # of Friday
    assert not is_open(NIGHT, at("2026-11-21 23:00", "Europe/Berlin"))
    begun = at("2027-03-26 22:00", "Europe/Berlin")
    assert after(NIGHT, begun, timedelta(hours=9)) == at("2027-03-29 23:00", "Europe/Berlin")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(tzinfo=UTC)),
    st.integers(0, 200 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 50 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_work_that_follows_work_ends_when_both_together_do(asked: datetime, one: timedelta, other: timedelta) -> None:
    for each in (TOKYO, NIGHT):
        middle = after(each, asked, one)
        assert middle >= asked
        if other or is_open(each, middle):
            assert after(each, middle, other) == after(each, asked, one + other)
        else:  # the first work ended as they closed: no more of it ends when they work next
            again = after(each, middle, other)
            assert again > middle == after(each, asked, one + other)
            assert is_open(each, again)


def test_what_comes_with_the_assistant_can_be_counted_by() -> None:
    assert after(hours(), datetime(2026, 11, 27, tzinfo=UTC), timedelta(hours=16)) > datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"holidays": ["some day"]}, {"time_zone": "Tokyo"}, {"days": []}])
def test_hours_that_cannot_be_kept_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate({"days": WEEK, "from": "09:00", "to": "18:00", "time_zone": "Asia/Tokyo"} | wrong)
