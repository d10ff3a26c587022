"""What a server does by itself, again and again. Nothing depends on how late, how often or by how many it is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from typing import NamedTuple

import structlog

from assistant.agent import Assistant
from billing import tracing
from billing.api import Billing
from billing.config import Settings
from gateway import garbage
from gateway.analytics.service import Analytics
from gateway.handoff.service import Handoffs
from gateway.privacy.retention import Retention
from gateway.privacy.service import Privacy
from gateway.telemetry.metrics import CHORE_FAILURES, CHORE_SUCCESS
from gateway.unsure.service import Unsure

log = structlog.get_logger()

WARM_UP_AFTER, WARM_UP_WITHIN = 5.0, 300.0
"""Seconds without a turn after which the libraries of dates and forecasts are imported, before anybody asks for one,
and seconds after the start at the latest: it takes some seconds of a core, in which each turn takes twice as long."""
_HOUSEKEEPING, _QUIET, _WITHIN, _LOOK = 60.0, 2.0, 10.0, 0.5
"""Chores that come round so rarely are begun, after a start, once nobody asked for two seconds, ten after it at the
latest, and one after another: all at once they took the processor from the first turns for half a second."""
_HELD_UP = 2.0
"""Seconds that the next of them waits for one: a payment provider may not answer."""


class Chore(NamedTuple):
    """Work on a thread of its own, begun again `every` so many seconds after it ended."""

    name: str
    every: float
    work: Callable[[], object]


@asynccontextmanager
async def running(
    billing: Billing, settings: Settings, unsure: Unsure, quiet_for: Callable[[], float]
) -> AsyncIterator[None]:
    """All chores; at the end each finishes what it has in hand. `quiet_for`: seconds since anybody was answered."""
    stopping = asyncio.Event()
    chores = _chores(billing, settings, unsure, stopping)
    with ThreadPoolExecutor(len(chores), thread_name_prefix="chore") as threads:
        start = _Start(stopping, quiet_for)
        tasks = [asyncio.create_task(_repeat(chore, stopping, threads, start)) for chore in chores]
        warming = asyncio.create_task(_warm_up(billing, quiet_for))
        try:
            yield
        finally:
            stopping.set()
            warming.cancel()
            await asyncio.gather(*tasks)


def _chores(billing: Billing, settings: Settings, unsure: Unsure, stopping: asyncio.Event) -> list[Chore]:
    def deliver() -> None:
        while billing.deliver_next() and not stopping.is_set():
            pass

    handoffs = Handoffs(billing, settings)
    return [
        *_of_analytics(Analytics(billing.database), settings),
        Chore("tell who waits for a person that none has come", 15.0, handoffs.tell_late),
        Chore("deliver the outbox", 2.0, deliver),
        Chore("ask about payments", 60.0, lambda: billing.reconcile_payments(stopping.is_set)),
        Chore("issue due invoices", 60.0, billing.bill_due),
        Chore("post out expired vouchers", 60.0, billing.expire_vouchers),
        Chore("look for alerts", 60.0, lambda: billing.check_alerts(stop=stopping.is_set)),
        Chore("forget unsure messages", 3600.0, unsure.forget),
        Chore("forget old conversations", 3600.0, Retention(billing, settings, stopping.is_set).forget),
        Chore("go on with erasures", 300.0, Privacy(billing, settings).sweep),
    ]


def _of_analytics(analytics: Analytics, settings: Settings) -> list[Chore]:
    url, queue = settings.amqp_url, settings.amqp_queue
    if url is None:
        return []
    return [
        Chore("publish events", 2.0, lambda: analytics.publish(url, queue)),
        Chore("forget counted events", 3600.0, analytics.forget),
    ]


class _Start:
    """Who of the housekeeping is begun when, after the server's start."""

    def __init__(self, stopping: asyncio.Event, quiet_for: Callable[[], float]) -> None:
        self._stopping, self._quiet_for = stopping, quiet_for
        self._one_by_one, self._since = asyncio.Lock(), asyncio.get_running_loop().time()

    @asynccontextmanager
    async def awaited(self, chore: Chore) -> AsyncIterator[None]:
        """Within, the chore may be done for the first time: at once, or in its turn where it is housekeeping."""
        if chore.every < _HOUSEKEEPING:
            yield
            return
        async with self._one_by_one:
            while self._quiet_for() < _QUIET and asyncio.get_running_loop().time() < self._since + _WITHIN:
                if await _stops_within(self._stopping, _LOOK):
                    break
            yield


async def _repeat(chore: Chore, stopping: asyncio.Event, threads: Executor, start: _Start) -> None:
    async with start.awaited(chore):
        if stopping.is_set():
            return
        first = asyncio.create_task(_done(chore, threads))
        await asyncio.wait([first], timeout=_HELD_UP)
    await first
    while not await _stops_within(stopping, chore.every):
        await _done(chore, threads)


async def _done(chore: Chore, threads: Executor) -> None:
    """On threads of their own: there are few others, and a receiver that does not answer would keep them from turns."""
    try:
        with tracing.within(tracing.begun(None)):
            await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, chore.work)
        CHORE_SUCCESS.labels(chore.name).set_to_current_time()
    except Exception:
        CHORE_FAILURES.labels(chore.name).inc()
        log.exception("chore failed", chore=chore.name)


async def _stops_within(stopping: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
    return stopping.is_set()


async def _warm_up(billing: Billing, quiet_for: Callable[[], float]) -> None:
    """Not while turns want the processor, unless they always do."""
    for _ in range(round(WARM_UP_WITHIN / WARM_UP_AFTER)):
        await asyncio.sleep(WARM_UP_AFTER)
        if quiet_for() >= WARM_UP_AFTER:
            break
    await asyncio.to_thread(Assistant.warm_up)
    await asyncio.to_thread(billing.warm_up)
    garbage.free_what_the_start_left()
