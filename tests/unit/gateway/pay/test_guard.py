from __future__ import annotations

import pytest

from gateway.errors import Problem
from gateway.pay.guard import Guard


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_may_ask_so_often_and_again_when_the_time_is_over():
    clock = Clock()
    guard = Guard(2, 60.0, now=clock)
    guard.check("a")
    clock.now = 30.0
    guard.check("a")
    with pytest.raises(Problem) as refused:
        guard.check("a")
    assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
    assert refused.value.headers == {"Retry-After": "31"}

    clock.now = 60.0
    guard.check("a")
    with pytest.raises(Problem):
        guard.check("a")


def test_another_address_is_not_held_up():
    guard = Guard(1, 60.0)
    guard.check("a")
    guard.check("b")
    with pytest.raises(Problem):
        guard.check("b")
