"""The lock of a conversation over two processes' stores, on a real Redis."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from rasa.core.lock_store import LockError

from assistant import lock_store
from assistant.lock_store import LocalLockStore, RedisLockStore
from tests.builders.redis import an_own_redis


async def _read_change_write(store, conversation: str, kept: dict[str, int]) -> None:
    async with store.lock(conversation):
        before = kept["n"]
        await asyncio.sleep(0.002)
        kept["n"] = before + 1


async def _many(stores, times: int) -> int:
    conversation, kept = uuid4().hex, {"n": 0}
    await asyncio.gather(*(_read_change_write(stores[n % len(stores)], conversation, kept) for n in range(times)))
    return kept["n"]


def test_nothing_is_lost_between_two_processes_stores(redis_url) -> None:
    async def run() -> int:
        stores = [RedisLockStore(redis_url), RedisLockStore(redis_url)]
        done = await _many(stores, 60)
        for store in stores:
            await store.close()
        return done

    assert asyncio.run(run()) == 60


def test_nothing_is_lost_in_one_process_and_nothing_is_kept_for_long() -> None:
    store = LocalLockStore()
    assert asyncio.run(_many([store], 60)) == 60
    assert store._locks == {}


def test_who_waits_for_a_holder_that_died_goes_on_after_a_lease(redis_url, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "LEASE", 0.4)

    async def run() -> float:
        conversation, dead, alive = uuid4().hex, RedisLockStore(redis_url), RedisLockStore(redis_url)
        await lock_store._Place(dead._take, dead._leave, conversation).reach_the_front()  # and says nothing more
        began = time.monotonic()
        async with alive.lock(conversation):
            took = time.monotonic() - began
        await dead.close()
        await alive.close()
        return took

    assert 0.3 < asyncio.run(run()) < 2


def test_a_holder_that_lives_keeps_it_longer_than_a_lease(redis_url, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "LEASE", 0.4)

    async def run() -> list[str]:
        conversation, one, two = uuid4().hex, RedisLockStore(redis_url), RedisLockStore(redis_url)
        order: list[str] = []

        async def hold(store, name: str, seconds: float) -> None:
            async with store.lock(conversation):
                await asyncio.sleep(seconds)
                order.append(name)

        first = asyncio.create_task(hold(one, "first", 1.2))
        await asyncio.sleep(0.1)
        await asyncio.gather(first, hold(two, "second", 0))
        await one.close()
        await two.close()
        return order

    assert asyncio.run(run()) == ["first", "second"]


def test_without_its_redis_a_turn_is_refused_and_with_it_again_it_is_done() -> None:
    with an_own_redis() as (url, process):

        async def run() -> None:
            store = RedisLockStore(url)
            async with store.lock("conversation"):
                pass
            process.kill()
            process.wait()
            with pytest.raises(LockError):
                async with store.lock("conversation"):
                    pass
            await store.close()

        asyncio.run(run())
