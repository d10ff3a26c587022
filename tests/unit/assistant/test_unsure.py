"""When two topics are likely enough, and close enough, to ask which."""

from __future__ import annotations

import pytest

from assistant.unsure import two_likely


def ranking(*odds: tuple[str, float]) -> list[dict[str, object]]:
    return [{"name": name, "confidence": confidence} for name, confidence in odds]


def test_two_that_are_likely_and_close_are_asked_about() -> None:
    assert two_likely(ranking(("recharge", 0.5), ("faq/recharge", 0.45))) == ["recharge", "faq/recharge"]
    assert two_likely(ranking(("recharge", 0.24), ("faq/recharge", 0.22), ("help", 0.2))) == [
        "recharge",
        "faq/recharge",
    ]


@pytest.mark.parametrize(
    "odds",
    [
        [("recharge", 0.7), ("faq/recharge", 0.22)],  # one is more than three times likelier
        [("recharge", 0.3), ("faq/recharge", 0.19)],  # the second is not likely
        [("out_of_scope", 0.5), ("recharge", 0.4)],
        [("recharge", 0.5), ("affirm", 0.4)],
        [("out_of_scope", 1.0)],
    ],
)
def test_otherwise_nothing_is_asked(odds: list[tuple[str, float]]) -> None:
    assert two_likely(ranking(*odds)) == []


def test_a_value_that_only_the_likelier_is_about_decides() -> None:
    odds = ranking(("show_usage", 0.5), ("show_allowed_sessions", 0.4))

    assert two_likely(odds, {"period"}) == []
    assert two_likely(odds, {"amount"}) == ["show_usage", "show_allowed_sessions"]
    assert two_likely(odds[::-1], {"period"}) == ["show_allowed_sessions", "show_usage"]
    assert two_likely(ranking(("show_usage", 0.5), ("show_service_usage", 0.4)), {"period"}) != []
