"""Counting calls: so many in a minute of each caller, by the library `limits`; in this process while Redis is away."""

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
from gateway.telemetry.metrics import REDIS_FAILURES

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
        self._away_until = 0.0
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared: RateLimiter | None = None
        if redis_url:
            asked: Any = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
            storage = RedisStorage(f"async+{redis_url}", implementation="redispy", key_prefix=_PREFIX, **asked)
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def take(self, rate: Rate, caller: str) -> None:
        """Count one call. One that is refused is not counted.

        Raises:
            Problem: 429, with the seconds to wait in `Retry-After`.
        """
        if rate.per_minute and not await self._taken_by_redis(rate, caller):
            await _take(self._here, rate, caller)

    async def _taken_by_redis(self, rate: Rate, caller: str) -> bool:
        """False where there is none, or it is away: each process counts for itself rather than refuse everybody."""
        if self._shared is None or time.monotonic() < self._away_until:
            return False
        try:
            await _take(self._shared, rate, caller)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the call goes on
            self._away_until = time.monotonic() + _AGAIN
            REDIS_FAILURES.labels("limits").inc()
            log.warning("calls are counted by each process alone: redis does not answer", error=error)
            return False
        return True


async def _take(limiter: RateLimiter, rate: Rate, caller: str) -> None:
    item = RateLimitItemPerMinute(rate.per_minute)
    if await limiter.hit(item, rate.name, caller):
        return
    reset = (await limiter.get_window_stats(item, rate.name, caller)).reset_time
    wait = str(max(1, math.ceil(reset - time.time())))
    raise Problem(429, rate.code, rate.detail, {"Retry-After": wait})
