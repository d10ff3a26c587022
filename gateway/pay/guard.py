"""How often one address may ask: enough for a person who pays, too seldom for whoever tries cards or tokens."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

from gateway.errors import Problem

_MOST_ADDRESSES = 10_000


class Guard:
    """At most `most` calls in `seconds` from one address, counted in this process; old addresses are forgotten."""

    def __init__(self, most: int, seconds: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str) -> None:
        """Count a call.

        Raises:
            Problem: 429 `too_many_requests`, with the seconds to wait; it was not counted.
        """
        at = self._now()
        with self._lock:
            calls = self._calls.setdefault(address, deque())
            self._calls.move_to_end(address)
            while calls and calls[0] <= at - self._seconds:
                calls.popleft()
            if len(calls) >= self._most:
                wait = int(calls[0] + self._seconds - at) + 1
                raise Problem(429, "too_many_requests", "Too many calls from one address.", {"Retry-After": str(wait)})
            calls.append(at)
            if len(self._calls) > _MOST_ADDRESSES:
                self._calls.popitem(last=False)
