"""More than a server can do soon is turned away at once, and only for as long as it is too much."""

from __future__ import annotations

import asyncio

import pytest

from gateway.errors import Problem
from gateway.shedding import Gate


async def _turn(gate: Gate, done: asyncio.Event) -> int:
    try:
        async with gate.entered():
            await done.wait()
    except Problem as problem:
        assert (problem.code, problem.headers) == ("overloaded", {"Retry-After": "2"})
        return problem.status
    return 200


def test_what_is_beyond_the_places_and_the_queue_is_turned_away_and_the_rest_is_done():
    async def run() -> None:
        gate, done = Gate(2, 3, 10), asyncio.Event()
        turns = [asyncio.create_task(_turn(gate, done)) for _ in range(9)]
        await asyncio.sleep(0.01)
        assert gate.inside == 5
        assert [turn.result() for turn in turns if turn.done()] == [503] * 4
        done.set()
        assert sorted(await asyncio.gather(*turns)) == [200] * 5 + [503] * 4
        assert await _turn(gate, done) == 200  # recovered by itself
        assert gate.inside == 0

    asyncio.run(run())


def test_who_has_waited_too_long_is_turned_away():
    async def run() -> None:
        gate, done = Gate(1, 1, 0.05), asyncio.Event()
        first = asyncio.create_task(_turn(gate, done))
        await asyncio.sleep(0)
        assert await _turn(gate, done) == 503
        done.set()
        assert await first == 200

    asyncio.run(run())


def test_a_turn_that_breaks_gives_its_place_back():
    async def run() -> None:
        gate = Gate(1, 0, 1)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                async with gate.entered():
                    raise RuntimeError
        assert gate.inside == 0

    asyncio.run(run())
