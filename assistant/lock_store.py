"""The lock of a conversation: its turns wait for each other, within a process, a machine, or over all by Redis."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import ConversationBusy
from assistant.leases import Leases

log = structlog.get_logger()

LEASE = 10.0
"""Seconds after which a holder that says nothing has ended: so long a killed process keeps a conversation.

A first turn on a machine that was far too busy has stopped the event loop for five."""
AGAIN = 5.0
"""Seconds for which a Redis that did not answer is not asked: no turn waits for it in vain."""
PATIENCE = 60.0
"""Seconds that a turn waits for those before it."""
_LOOK_AGAIN = 0.01
_LEFT_WITHIN = 0.5
_SEVERAL = 3
"""The database does not tell how many are before: look again after so many times as long."""
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


class FileLockStore(LockStore):
    """Over all processes of this machine: a byte of one file stands for a conversation, and the kernel locks it.

    A process that ends, however it ends, holds nothing any more. Within a process first come, first served; of several
    whoever looks first. One that is stopped keeps its conversations until it goes on or is ended.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._local = LocalLockStore()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = PATIENCE, wait_time_in_seconds: float = _LOOK_AGAIN
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation.

        Raises:
            ConversationBusy: those before took too long; nothing was done.
        """
        async with self._local.lock(conversation_id):
            place = await _reached(_InFile(self._file, conversation_id), lock_lifetime)
            try:
                yield
            finally:
                await place.leave()

    async def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


class RedisLockStore(LockStore):
    """First come, first served, over all processes that share a Redis; each has one place in a conversation's queue.

    Rasa's own reads, changes and writes in three steps, so that two processes lose each other's tickets; it blocks
    the event loop, and whoever was killed holds a conversation for a minute.

    While Redis is away the leases in the database stand in for it. Where processes do not agree that it is, two turns
    may run at once: the tracker store keeps one and refuses the other, which is run again (docs/adr/0014).
    """

    def __init__(self, url: str, leases: Leases, failed: Callable[[], object] = lambda: None) -> None:
        """`failed` is called whenever Redis did not answer."""
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import ExponentialBackoff

        super().__init__()
        again = Retry(ExponentialBackoff(cap=0.2, base=0.05), 2)
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=again)
        self._scripts = self._redis.register_script(_TAKE), self._redis.register_script(_LEAVE)
        self._local, self._leases, self._failed = LocalLockStore(), leases, failed
        self._closed_until = 0.0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = PATIENCE, wait_time_in_seconds: float = _LOOK_AGAIN
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation.

        Raises:
            ConversationBusy: those before were too many; nothing was done.
            LockError: neither Redis nor the database answers; nothing was done.
        """
        async with self._local.lock(conversation_id):
            place = await self._front(conversation_id, lock_lifetime)
            renewing = asyncio.create_task(place.renew())
            try:
                yield
            finally:
                renewing.cancel()
                await _left(place)

    async def _front(self, conversation_id: str, patience: float) -> _Place:
        from redis.exceptions import RedisError

        if time.monotonic() >= self._closed_until:
            try:
                return await _reached(_InRedis(self._scripts, conversation_id), patience)
            except (RedisError, OSError) as error:
                self._closed_until = time.monotonic() + AGAIN
                self._failed()
                log.warning("conversations are locked by the database: redis does not answer", error=error)
        try:
            return await _reached(_InDatabase(self._leases, conversation_id), patience)
        except SQLAlchemyError as error:
            raise LockError(f"the lock of a conversation was not to be had: {error!r}") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._redis.aclose()


class _Place:
    """One process's place in the queue of a conversation."""

    def __init__(self) -> None:
        self._ticket = uuid4().hex

    async def stand(self) -> int:
        """How many are before, as far as is known; from now on alive for a lease."""
        raise NotImplementedError

    async def holds(self) -> bool:
        """Whether it is the holder still; alive for another lease."""
        raise NotImplementedError

    async def leave(self) -> None:
        """Let the next one go on."""
        raise NotImplementedError

    async def renew(self) -> None:
        """Stay alive; what is away for a while does not end the turn (docs/adr/0014)."""
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                if not await self.holds():
                    return log.warning("the lock of a conversation was lost while its turn ran")
            except Exception as error:  # noqa: BLE001  the turn goes on
                log.warning("the lock of a conversation could not be renewed", error=error)


class _InFile(_Place):
    """Whoever has the byte; it needs no lease, for the kernel knows who lives."""

    def __init__(self, file: int, conversation_id: str) -> None:
        super().__init__()
        self._file = file
        self._byte = int.from_bytes(hashlib.sha256(conversation_id.encode()).digest()[:7])

    async def stand(self) -> int:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, self._byte)
        except BlockingIOError:
            return 1
        return 0

    async def leave(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._byte)


class _InRedis(_Place):
    def __init__(self, scripts: tuple[Any, Any], conversation_id: str) -> None:
        super().__init__()
        self._take, self._leave = scripts
        name = f"{_PREFIX}{{{conversation_id}}}"  # the braces keep both on one node of a cluster
        self._keys = [f"{name}:queue", f"{name}:alive"]

    async def stand(self, how: str = "waiting") -> int:
        return int(await self._take(keys=self._keys, args=[self._ticket, int(LEASE * 1000), how]))

    async def holds(self) -> bool:
        return await self.stand("holding") >= 0

    async def leave(self) -> None:
        await self._leave(keys=self._keys, args=[self._ticket])


class _InDatabase(_Place):
    def __init__(self, leases: Leases, conversation_id: str) -> None:
        super().__init__()
        self._leases, self._conversation_id = leases, conversation_id

    async def stand(self) -> int:
        return 0 if await self._leases.take(self._conversation_id, self._ticket, LEASE) else _SEVERAL

    async def holds(self) -> bool:
        return await self._leases.renew(self._conversation_id, self._ticket, LEASE)

    async def leave(self) -> None:
        await self._leases.leave(self._conversation_id, self._ticket)


async def _reached(place: _Place, patience: float) -> _Place:
    """The place, at the front.

    Raises:
        ConversationBusy: it took too long.
    """
    end = time.monotonic() + patience
    try:
        while before := await place.stand():
            if time.monotonic() > end:
                raise ConversationBusy("the turns before it took too long")
            await asyncio.sleep(min(_LOOK_AGAIN * before, 0.2))
    except (ConversationBusy, asyncio.CancelledError):
        await _left(place)
        raise
    return place


async def _left(place: _Place) -> None:
    with suppress(Exception):  # who cannot say so is gone after a lease
        async with asyncio.timeout(_LEFT_WITHIN):
            await asyncio.shield(place.leave())
