"""The lock of a conversation over two processes' stores: on a real Redis, and on a database while that is away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from assistant import lock_store
from assistant.errors import ConversationBusy
from assistant.leases import Leases
from assistant.lock_store import FileLockStore, LocalLockStore, RedisLockStore
from assistant.tracker_store import StrictTrackerStore
from tests.builders.ports import free_port
from tests.builders.redis import an_own_redis, started


@pytest.fixture
def engine(database_url) -> Iterator[sa.Engine]:
    store = StrictTrackerStore(url=database_url)
    yield store.engine
    store.engine.dispose()


@pytest.fixture
def leases(tmp_path) -> Leases:
    """For what does not come to them."""
    return Leases(sa.create_engine(f"sqlite:///{tmp_path / 'leases.db'}"))


async def _read_change_write(store, conversation: str, kept: dict[str, int]) -> None:
    async with store.lock(conversation):
        before = kept["n"]
        await asyncio.sleep(0.002)
        kept["n"] = before + 1


async def _many(stores, times: int) -> int:
    conversation, kept = uuid4().hex, {"n": 0}
    await asyncio.gather(*(_read_change_write(stores[n % len(stores)], conversation, kept) for n in range(times)))
    return kept["n"]


def test_nothing_is_lost_between_two_processes_stores(redis_url, leases) -> None:
    async def run() -> int:
        stores = [RedisLockStore(redis_url, leases), RedisLockStore(redis_url, leases)]
        done = await _many(stores, 60)
        for store in stores:
            await store.close()
        return done

    assert asyncio.run(run()) == 60


def test_nothing_is_lost_in_one_process_and_nothing_is_kept_for_long() -> None:
    store = LocalLockStore()
    assert asyncio.run(_many([store], 60)) == 60
    assert store._locks == {}


_HOLDING = """
import asyncio, sys
from pathlib import Path
from assistant.lock_store import FileLockStore

async def hold():
    async with FileLockStore(Path(sys.argv[1])).lock(sys.argv[2]):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


@contextmanager
def _held_by_another_process(file: Path, conversation: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", _HOLDING, file, conversation], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_processes_of_one_machine_wait_for_each_other_by_a_file_and_for_no_dead_one(tmp_path) -> None:
    async def run() -> None:
        file, conversation = tmp_path / "turns.lock", uuid4().hex
        store = FileLockStore(file)
        with _held_by_another_process(file, conversation) as other:
            async with store.lock(uuid4().hex):
                pass  # another conversation waits for nobody
            with pytest.raises(ConversationBusy):
                async with store.lock(conversation, lock_lifetime=0.2):
                    raise AssertionError("two had it")
            other.kill()
            async with store.lock(conversation, lock_lifetime=5):
                pass
        assert await _many([store], 60) == 60
        assert store._local._locks == {}
        await store.close()

    asyncio.run(run())


def test_who_waits_for_a_holder_that_died_goes_on_after_a_lease(redis_url, leases, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "LEASE", 0.4)

    async def run() -> float:
        conversation, dead, alive = uuid4().hex, RedisLockStore(redis_url, leases), RedisLockStore(redis_url, leases)
        await lock_store._InRedis(dead._scripts, conversation).stand()  # and says nothing more
        began = time.monotonic()
        async with alive.lock(conversation):
            took = time.monotonic() - began
        await dead.close()
        await alive.close()
        return took

    assert 0.3 < asyncio.run(run()) < 2


def test_a_holder_that_lives_keeps_it_longer_than_a_lease(redis_url, leases, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "LEASE", 0.4)

    async def run() -> list[str]:
        conversation, one, two = uuid4().hex, RedisLockStore(redis_url, leases), RedisLockStore(redis_url, leases)
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


def test_who_waits_too_long_is_told_that_the_conversation_is_busy_and_leaves_the_queue(redis_url, leases) -> None:
    async def run() -> None:
        conversation, one, two = uuid4().hex, RedisLockStore(redis_url, leases), RedisLockStore(redis_url, leases)
        async with one.lock(conversation):
            with pytest.raises(ConversationBusy):
                async with two.lock(conversation, 0.2):
                    pass
        async with two.lock(conversation):
            pass
        assert await two._redis.exists(*lock_store._InRedis(two._scripts, conversation)._keys) == 0
        await one.close()
        await two.close()

    asyncio.run(run())


def test_without_its_redis_the_database_keeps_turns_apart(engine) -> None:
    nobody, failures = f"redis://127.0.0.1:{free_port()}/0", []

    async def run() -> tuple[int, float]:
        stores = [RedisLockStore(nobody, Leases(engine), lambda: failures.append(1)) for _ in range(2)]
        began = time.monotonic()
        done = await _many(stores, 40)
        for store in stores:
            await store.close()
        return done, time.monotonic() - began

    done, took = asyncio.run(run())
    assert done == 40
    assert len(failures) == 2  # each asked it once, and not again for a while
    assert took < 15
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM conversation_lease")) == 0


def test_a_holder_in_the_database_lives_by_saying_so_and_one_that_died_is_followed(engine, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "LEASE", 0.6)
    nobody = f"redis://127.0.0.1:{free_port()}/0"

    async def run() -> tuple[list[str], float]:
        one, two = (RedisLockStore(nobody, Leases(engine)) for _ in range(2))
        order: list[str] = []

        async def hold(store, name: str, seconds: float) -> None:
            async with store.lock("c"):
                await asyncio.sleep(seconds)
                order.append(name)

        first = asyncio.create_task(hold(one, "first", 1.5))
        await asyncio.sleep(0.4)
        await asyncio.gather(first, hold(two, "second", 0))
        assert await lock_store._InDatabase(Leases(engine), "c").stand() == 0  # and says nothing more
        began = time.monotonic()
        await hold(two, "third", 0)
        await one.close()
        await two.close()
        return order, time.monotonic() - began

    order, took = asyncio.run(run())
    assert order == ["first", "second", "third"]
    assert 0.4 < took < 5


def test_a_redis_that_comes_back_is_asked_again(leases, monkeypatch) -> None:
    monkeypatch.setattr(lock_store, "AGAIN", 0.1)
    failures: list[int] = []
    with an_own_redis() as (url, process):

        async def run() -> None:
            store = RedisLockStore(url, leases, lambda: failures.append(1))
            places = []
            for change in ("", "killed", "started"):
                if change == "killed":
                    process.kill()
                    process.wait()
                elif change == "started":
                    again.append(started(int(url.rpartition(":")[2].partition("/")[0])))
                    await asyncio.sleep(0.2)
                places.append(type(place := await store._front("c", 5)))
                await place.leave()
            assert places == [lock_store._InRedis, lock_store._InDatabase, lock_store._InRedis]
            await store.close()

        again: list = []
        try:
            asyncio.run(run())
        finally:
            [each.kill() for each in again]
    assert failures == [1]
