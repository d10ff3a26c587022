from __future__ import annotations

import pytest

from billing.metering.sessions import sessions


@pytest.mark.parametrize(
    ("seconds", "human", "counted"),
    [(0, 0, 1), (1, 0, 1), (900, 0, 1), (901, 0, 2), (1800, 0, 2), (1801, 0, 3), (31 * 60, 0, 3), (31 * 60, 60, 2),
     (600, 600, 0), (3600, 3599, 1)],
)  # fmt: skip
def test_a_block_of_fifteen_minutes_begun_is_a_session_and_time_with_a_human_is_none(seconds, human, counted):
    assert sessions(seconds, human) == counted
