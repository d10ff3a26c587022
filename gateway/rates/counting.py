"""Counting calls: so many in a minute of each caller, by the library `limits`; open while its Redis is away."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from gateway.errors import Problem

log = structlog.get_logger()

_PREFIX = "billing-assistant:rates"
_AGAIN = 5.0
"""Seconds for which a Redis that did not answer is not asked: no call waits for it in vain."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `per_minute` calls of each caller; 0 is no limit. `code` is public and never changes."""

    name: str
    per_minute: int
    code: str = "too_many_calls"
    detail: str = "Too many calls: wait a little."


class Rates:
    """The counts of a server, used on its event loop.

    In memory each call is remembered, so that a limit is exact; in Redis two counters a caller do, which costs the
    same for every limit and is out by a few calls at most.
    """

    def __init__(self, redis_url: str | None = None) -> None:
        self._closed_until = 0.0
        self._limiter: RateLimiter
        if redis_url:
            asked: Any = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
            storage = RedisStorage(f"async+{redis_url}", implementation="redispy", key_prefix=_PREFIX, **asked)
            self._limiter = SlidingWindowCounterRateLimiter(storage)
        else:
            self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def take(self, rate: Rate, caller: str) -> None:
        """Count one call. One that is refused is not counted.

        Raises:
            Problem: 429, with the seconds to wait in `Retry-After`.
        """
        if not rate.per_minute or time.monotonic() < self._closed_until:
            return
        item = RateLimitItemPerMinute(rate.per_minute)
        try:
            if await self._limiter.hit(item, rate.name, caller):
                return
            reset = (await self._limiter.get_window_stats(item, rate.name, caller)).reset_time
        except Exception as error:  # noqa: BLE001  whatever it is, the call goes on
            # open: a limit guards against too much, and a server that refuses everybody is worse than too much
            self._closed_until = time.monotonic() + _AGAIN
            log.warning("calls are not limited: their counts cannot be reached", error=error)
            return
        wait = str(max(1, math.ceil(reset - time.time())))
        raise Problem(429, rate.code, rate.detail, {"Retry-After": wait})
