"""The lock of a conversation: its turns wait for each other, within a process, or over all processes by Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import structlog
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore

log = structlog.get_logger()

LEASE = 10.0
"""Seconds after which a holder that says nothing has ended: so long a killed process keeps a conversation.

A first turn on a machine that was far too busy has stopped the event loop for five."""
PATIENCE = 60.0
"""Seconds that a turn waits for those before it."""
_LOOK_AGAIN = 0.01
_PREFIX = "billing-assistant:lock:"

_TAKE = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', at)) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  if ARGV[3] == 'holding' then return -1 end
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  redis.call('ZADD', KEYS[1], last[2] and last[2] + 1 or 0, ARGV[1])
end
redis.call('ZADD', KEYS[2], at + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
redis.call('PEXPIRE', KEYS[2], ARGV[2] * 2)
return redis.call('ZRANK', KEYS[1], ARGV[1])
"""
"""Drop who is gone by the server's own clock, stand in the queue, be alive for another lease; one step, so that no
process reads between. Answers how many are before; -1: a holder that was taken for gone."""
_LEAVE = "redis.call('ZREM', KEYS[1], ARGV[1]) return redis.call('ZREM', KEYS[2], ARGV[1])"


class LocalLockStore(LockStore):
    """First come, first served, in this process. Rasa's own looks once a second and gives up after a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation."""
        lock, users = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = lock, users + 1
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(conversation_id)
            if users > 1:
                self._locks[conversation_id] = lock, users - 1


class RedisLockStore(LockStore):
    """First come, first served, over all processes that share a Redis; each has one place in a conversation's queue.

    Rasa's own reads, changes and writes in three steps, so that two processes lose each other's tickets; it blocks
    the event loop, and whoever was killed holds a conversation for a minute.
    """

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import ExponentialBackoff

        super().__init__()
        again = Retry(ExponentialBackoff(cap=0.5, base=0.05), 4)
        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=again)
        self._take, self._leave = self._redis.register_script(_TAKE), self._redis.register_script(_LEAVE)
        self._local = LocalLockStore()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = PATIENCE, wait_time_in_seconds: float = _LOOK_AGAIN
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation.

        Raises:
            LockError: Redis does not answer, or those before were too many; nothing was done.
        """
        async with self._local.lock(conversation_id), self._held(conversation_id, lock_lifetime):
            yield

    @asynccontextmanager
    async def _held(self, conversation_id: str, patience: float) -> AsyncIterator[None]:
        place = _Place(self._take, self._leave, conversation_id)
        renewing = None
        try:
            try:
                async with asyncio.timeout(patience):
                    await place.reach_the_front()
            except Exception as error:
                raise LockError(f"the lock of a conversation was not to be had: {error!r}") from error
            renewing = asyncio.create_task(place.renew())
            yield
        finally:
            if renewing is not None:
                renewing.cancel()
            with suppress(Exception):  # who cannot say so is gone after a lease
                await asyncio.shield(place.leave())

    async def close(self) -> None:
        """Give the connections back."""
        await self._redis.aclose()


class _Place:
    """One process's place in the queue of a conversation."""

    def __init__(self, take: Any, leave: Any, conversation_id: str) -> None:
        self._scripts = take, leave
        name = f"{_PREFIX}{{{conversation_id}}}"  # the braces keep both on one node of a cluster
        self._keys, self._ticket = [f"{name}:queue", f"{name}:alive"], uuid4().hex

    async def _stand(self, how: str) -> int:
        return int(await self._scripts[0](keys=self._keys, args=[self._ticket, int(LEASE * 1000), how]))

    async def reach_the_front(self) -> None:
        while before := await self._stand("waiting"):  # noqa: ASYNC110  other processes set no event of ours
            await asyncio.sleep(min(_LOOK_AGAIN * before, 0.2))

    async def renew(self) -> None:
        """Stay alive; a Redis that is away for a while does not end the turn (docs/adr/0014)."""
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                if await self._stand("holding") < 0:
                    return log.warning("the lock of a conversation was lost while its turn ran")
            except Exception as error:  # noqa: BLE001  the turn goes on
                log.warning("the lock of a conversation could not be renewed", error=error)

    async def leave(self) -> None:
        await self._scripts[1](keys=self._keys, args=[self._ticket])
