from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.metering.sessions import human_time, sessions


@pytest.mark.parametrize(
    ("seconds", "human", "counted"),
    [(0, 0, 1), (1, 0, 1), (900, 0, 1), (901, 0, 2), (1800, 0, 2), (1801, 0, 3), (31 * 60, 0, 3), (31 * 60, 60, 2),
     (600, 600, 0), (3600, 3599, 1)],
)  # fmt: skip
def test_a_block_of_fifteen_minutes_begun_is_a_session_and_time_with_a_human_is_none(seconds, human, counted):
    assert sessions(seconds, human) == counted


NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
moments = st.integers(0, 7200).map(lambda second: NOON + timedelta(seconds=second))
intervals = st.lists(st.tuples(moments, moments).map(lambda two: (min(two), max(two))), max_size=8)


def seconds_within(told, begin, end) -> int:
    """Second by second, as nobody would write it."""
    length = int((end - begin).total_seconds())
    each = (begin + timedelta(seconds=second) for second in range(length))
    return sum(any(first <= at < last for first, last in told) for at in each)


@given(intervals, st.randoms())
def test_time_with_people_is_counted_once_whatever_overlaps_and_in_whatever_order(told, random) -> None:
    begin, end = NOON + timedelta(seconds=600), NOON + timedelta(seconds=4200)
    counted = human_time(told, begin, end)
    assert counted == seconds_within(told, begin, end)
    shuffled = [*told, *told[:2]]
    random.shuffle(shuffled)
    assert human_time(shuffled, begin, end) == counted


@given(intervals, st.integers(0, 3600))
def test_time_with_people_never_costs_more_sessions_and_none_is_left_where_all_was_theirs(told, length) -> None:
    end = NOON + timedelta(seconds=length)
    counted = human_time(told, NOON, end)
    assert counted <= length
    assert sessions(length, counted) <= sessions(length)
    if length:
        assert sessions(length, human_time([*told, (NOON, end)], NOON, end)) == 0


def test_a_second_begun_is_one() -> None:
    assert human_time([(NOON, NOON + timedelta(milliseconds=1))]) == 1
    assert human_time([]) == 0
