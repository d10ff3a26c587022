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
        assert (problem.code, problem.headers) == ("overloaded", {"Retry-After": "1"})
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


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def _measured(gate: Gate, clock: Clock, seconds: float, times: int) -> None:
    """So many turns, one after the other, that take so long."""
    for _ in range(times):
        async with gate.entered():
            clock.seconds += seconds


async def _came(gate: Gate, done: asyncio.Event, many: int) -> tuple[list[asyncio.Task[int]], int]:
    """The turns, and how many are turned away at once."""
    turns = [asyncio.create_task(_waited(gate, done)) for _ in range(many)]
    await asyncio.sleep(0.01)
    return turns, sum(turn.done() and turn.result() == 503 for turn in turns)


async def _waited(gate: Gate, done: asyncio.Event) -> int:
    try:
        async with gate.entered():
            await done.wait()
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize(("seconds", "wait"), [(0.02, 60), (0.1, 20), (0.5, 4), (3, 0)])
def test_as_many_wait_as_come_to_their_place_in_time(seconds, wait):
    async def run() -> None:
        clock, done = Clock(), asyncio.Event()
        gate = Gate(2, 60, 2.05, clock)
        await _measured(gate, clock, seconds, 5)
        turns, refused = await _came(gate, done, 100)
        assert (gate.inside, refused) == (2 + wait, 98 - wait)
        done.set()
        assert sorted(await asyncio.gather(*turns)) == [200] * (2 + wait) + [503] * (98 - wait)

    asyncio.run(run())


def test_who_comes_while_nothing_ends_is_turned_away_and_afterwards_all_is_as_before():
    async def run() -> None:
        clock, done = Clock(), asyncio.Event()
        gate = Gate(2, 60, 2.0, clock)
        await _measured(gate, clock, 0.02, 50)
        first, refused = await _came(gate, done, 10)
        assert refused == 0
        clock.seconds += 30  # the database hangs
        _, refused = await _came(gate, done, 10)
        assert refused == 10
        done.set()
        assert await asyncio.gather(*first) == [200] * 10
        await _measured(gate, clock, 0.02, 50)
        again, refused = await _came(gate, asyncio.Event(), 50)
        assert refused == 0
        [turn.cancel() for turn in again]

    asyncio.run(run())


def test_turns_that_only_wait_for_others_cost_what_they_take_of_the_throughput():
    async def run() -> None:
        gate, done = Gate(8, 0, 1.0), asyncio.Event()
        for _ in range(3):  # eight at once, each of 50 ms: one ends every 6
            done.clear()
            turns, refused = await _came(gate, done, 8)
            assert refused == 0
            await asyncio.sleep(0.04)
            done.set()
            await asyncio.gather(*turns)
        assert gate._mean < 0.03

    asyncio.run(run())


def test_when_to_come_again_follows_from_what_is_before():
    async def run() -> None:
        clock, done = Clock(), asyncio.Event()
        gate = Gate(1, 60, 12.0, clock)
        await _measured(gate, clock, 1, 3)
        turns, refused = await _came(gate, done, 20)
        assert refused == 7
        with pytest.raises(Problem) as told:
            async with gate.entered():
                pass
        assert told.value.headers == {"Retry-After": "7"}  # half of 13 turns of a second
        done.set()
        await asyncio.gather(*turns)

    asyncio.run(run())
