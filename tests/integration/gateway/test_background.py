"""When a server begins what it does by itself: what is rare waits for a quiet moment, and for each other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from billing.config import Settings
from gateway import background
from gateway.background import Chore
from tests.builders.vendors import until

Running = Callable[[float], AbstractAsyncContextManager[None]]
OFTEN, RARE = "often", ("first", "second", "third")


class Work:
    """What was begun, when, and how many of the rare at once at most."""

    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.most = self._now = 0
        self._lock = threading.Lock()
        self.keep: tuple[str, threading.Event] | None = None

    def of(self, name: str) -> Callable[[], None]:
        def rare() -> None:
            with self._lock:
                self.began[name] = time.monotonic()
                self._now += 1
                self.most = max(self.most, self._now)
            time.sleep(0.1)
            if self.keep is not None and self.keep[0] == name:
                self.keep[1].wait(30)
            with self._lock:
                self._now -= 1

        return rare

    def often(self) -> None:
        self.began.setdefault(OFTEN, time.monotonic())


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def running(work: Work, monkeypatch) -> Running:
    """The chores of a server that was asked so many seconds ago, whenever it is asked."""
    chores = [Chore(OFTEN, 1.0, work.often), *(Chore(name, 60.0, work.of(name)) for name in RARE)]
    monkeypatch.setattr(background, "_chores", lambda *_: chores)
    return lambda quiet: background.running(None, Settings(), None, lambda: quiet)


def test_what_is_rare_is_begun_one_after_another(running: Running, work: Work) -> None:
    async def serve() -> None:
        async with running(60.0):
            await asyncio.to_thread(until, lambda: len(work.began) == 1 + len(RARE))

    asyncio.run(serve())
    assert work.most == 1


def test_one_that_waits_for_somebody_else_does_not_keep_the_others(running: Running, work: Work, monkeypatch) -> None:
    monkeypatch.setattr(background, "_HELD_UP", 0.3)
    work.keep = RARE[0], threading.Event()

    async def serve() -> None:
        async with running(60.0):
            try:
                await asyncio.to_thread(until, lambda: set(work.began) == {OFTEN, *RARE})
            finally:
                work.keep[1].set()

    asyncio.run(serve())


def test_while_somebody_asks_what_is_rare_waits_but_not_for_ever(running: Running, work: Work, monkeypatch) -> None:
    monkeypatch.setattr(background, "_WITHIN", 1.5)

    async def serve() -> float:
        async with running(0.0):
            started = time.monotonic()
            await asyncio.to_thread(until, lambda: len(work.began) == 1 + len(RARE))
            return started

    started = asyncio.run(serve())
    assert work.began[OFTEN] - started < 1 <= min(work.began[name] for name in RARE) - started


def test_a_server_that_ends_begins_nothing_more_and_is_not_kept(running: Running, work: Work) -> None:
    async def serve() -> float:
        async with running(0.0):
            await asyncio.to_thread(until, lambda: OFTEN in work.began)
            ending = time.monotonic()
        return time.monotonic() - ending

    assert asyncio.run(serve()) < 1
    assert set(work.began) == {OFTEN}
