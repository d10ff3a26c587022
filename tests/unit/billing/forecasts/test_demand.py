"""What use may come, from what there was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.forecasts import demand

histories = st.lists(st.integers(0, 10**12).map(float), min_size=14, max_size=60)


@settings(max_examples=20, deadline=None)
@given(histories)
def test_use_is_never_negative_and_more_is_never_less(history):
    expected = demand.forecast(history, 30)

    low, middle, high = (np.cumsum(course) for course in (expected.low, expected.middle, expected.high))
    for course in (low, middle, high):
        assert np.isfinite(course).all()
        assert (np.diff(course, prepend=0) >= -1e-3).all()
    assert (low <= middle).all()
    assert (middle <= high).all()


@pytest.mark.parametrize("value", [0.0, 5e8])
def test_the_same_every_day_goes_on_the_same(value):
    expected = demand.forecast([value] * 20, 10)

    assert list(expected.low) == list(expected.middle) == list(expected.high) == [value] * 10


def test_a_week_goes_on_as_weeks_were():
    history = [100.0 if day % 7 < 5 else 10.0 for day in range(56)]

    expected = demand.forecast(history, 14)

    assert [round(value / 10) for value in expected.middle] == [10, 10, 10, 10, 10, 1, 1] * 2
