"""What is measured of one assistant, the same for both, in the same order."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks.stock.client import Kind, OurTalk, Talk, first_answer, sequence, session, throughput
from benchmarks.stock.environment import say
from benchmarks.stock.figures import growth, percentile
from benchmarks.stock.kinds import understood
from benchmarks.stock.servers import Server

Measured = dict[str, float]
TURNS = 100
SENDERS = (8, 64)
EARLY, LATE, LONGEST = slice(4, 24), 20, 519
"""Turn 5 to 24 against turn 500 to 519."""
LONG_AT_MOST = 120
"""Seconds for the long conversation: who needs longer is measured at the turn that was reached."""
WARM, SECONDS = 1.5, 6


async def answers(talk: type[Talk], server: Server, kinds: list[Kind]) -> list[Kind]:
    """The kinds, with the sentences that the server answers rightly."""
    async with session() as http:
        to = talk(http, server)
        await first_answer(to, kinds[0].sentences[0], time.perf_counter())
        return [await understood(to, kind) for kind in kinds]


async def whole(
    talk: type[Talk], server: Server, started: float, kinds: list[Kind], choose: Callable[[list[Kind]], None] | None
) -> Measured:
    """All figures of one server. `choose` is told the sentences that it answers rightly, which are asked from then."""
    async with session() as http:
        to = talk(http, server)
        found = {"start": await first_answer(to, kinds[0].sentences[0], started)}
        if choose:
            kinds = [await understood(to, kind) for kind in kinds]
            choose(kinds)
        for kind in kinds:
            say(f"{server.address}: {kind.name}, one after the other")
            found |= _spread(kind.name, await _taken(to, kind))
        found |= await _rates(to, kinds)
        found["memory"] = server.memory
        say(f"{server.address}: a long conversation, {LONG_AT_MOST} s at most")
        taken = await sequence(to, kinds[0], LONGEST, at_most=LONG_AT_MOST)
        return found | {"growth": growth(taken, EARLY, LATE), "turns": len(taken)}


async def fresh(server: Server, kinds: list[Kind]) -> Measured:
    """The product alone, where each sentence is a new one."""
    found: Measured = {}
    async with session() as http:
        to = OurTalk(http, server)
        await to.sign_in()
        for kind in kinds:
            found |= _spread(f"{kind.name} fresh", await sequence(to, kind, len(kind.sentences)))
    return found


async def rates(talk: type[Talk], server: Server, kinds: list[Kind]) -> Measured:
    """Turns a second alone, and the memory under them."""
    async with session() as http:
        to = talk(http, server)
        await first_answer(to, kinds[0].sentences[0], time.perf_counter())
        return await _rates(to, kinds) | {"memory": server.memory}


async def _taken(talk: Talk, kind: Kind) -> list[float]:
    """In conversations of twenty turns, the first few of all left out."""
    await sequence(talk, kind, 5)
    return [each for _ in range(TURNS // 20) for each in await sequence(talk, kind, 20)]


async def _rates(talk: Talk, kinds: list[Kind]) -> Measured:
    """Each sender has a connection of its own: of those that more senders left, some process may have most."""
    found = {}
    for kind in kinds:
        for senders in SENDERS:
            say(f"{talk.server.address}: {kind.name}, {senders} senders")
            async with session() as http:
                speaking = replace(talk, http=http)
                found[f"{kind.name} {senders}"] = await throughput(speaking, kind, senders, warm=WARM, seconds=SECONDS)
    return found


def _spread(name: str, taken: list[float]) -> Measured:
    return {f"{name} p50": statistics.median(taken), f"{name} p99": percentile(taken, 0.99)}
