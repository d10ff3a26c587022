"""Events of turns: kept with the turn, published over a broker that goes away, counted once however often they come."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from billing.config import Settings
from gateway import background
from gateway.analytics import broker
from gateway.analytics.models import CountedEvent, WaitingEvent
from gateway.analytics.service import REMEMBERED, Analytics
from gateway.unsure.service import Unsure
from tests.builders.ports import free_port
from tests.builders.rabbitmq import drop

DAY = date(2026, 11, 20)


def _event(n: int, **more: object) -> dict:
    event = {
        "id": f"event-{n}",
        "conversation": "c",
        "at": datetime(2026, 11, 20, 23, 59, tzinfo=UTC).isoformat(),
        "topics": ["show_balance"],
        "language": "en",
        "outcome": "answered",
        "form": None,
    }
    return event | more


@pytest.fixture
def analytics(gateway) -> Analytics:
    return Analytics(gateway.database)


@pytest.fixture
def gateway(billing):
    from gateway import migrations

    migrations.upgrade(billing.database.engine)
    return billing


def test_an_event_that_comes_again_counts_once(analytics) -> None:
    for n in (1, 2, 1, 1, 2):
        analytics.count(_event(n))
    analytics.count(_event(3, topics=["show_plan", "show_balance"], language="ja", outcome="asked"))
    counted = Counter({(row.topic, row.language): row.turns for row in analytics.counts(DAY, DAY)})
    assert counted == {("show_balance", "en"): 2, ("show_plan", "ja"): 1, ("show_balance", "ja"): 1}


@pytest.mark.parametrize("broken", [{"at": "yesterday"}, {"topics": None}])
def test_what_is_no_event_is_refused_and_counts_nothing(analytics, broken) -> None:
    with pytest.raises((ValueError, TypeError)):
        analytics.count(_event(1, **broken))
    assert analytics.counts(DAY, DAY) == []


def test_what_the_broker_did_not_take_waits_and_is_published_later(analytics, gateway, amqp) -> None:
    url, queue = amqp
    _keep(gateway, 5)
    with pytest.raises(Exception):  # noqa: B017  whatever the library makes of a closed port
        analytics.publish("amqp://guest:guest@127.0.0.1:9/", queue)
    assert _waiting(gateway) == 5
    assert analytics.publish(url, queue) == 5
    assert _waiting(gateway) == 0
    asyncio.run(drop(url, queue))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_server_that_publishes_forgets_old_ids_by_itself(analytics, gateway, monkeypatch) -> None:
    old, new = datetime.now(UTC) - REMEMBERED - timedelta(hours=1), datetime.now(UTC)
    with gateway.database.transaction() as session:
        session.add_all([CountedEvent(event_id=name, counted_at=at) for name, at in (("old", old), ("new", new))])
    settings = Settings(amqp_url=f"amqp://127.0.0.1:{free_port()}/")
    [forget] = [
        chore
        for chore in background._chores(gateway, settings, Unsure(gateway, settings), asyncio.Event())
        if chore.name == "forget counted events"
    ]
    assert forget.every <= 3600

    async def run() -> None:
        stopping, threads = asyncio.Event(), ThreadPoolExecutor(1)
        start = background._Start(stopping, lambda: 60.0)
        quick = forget._replace(every=0.05)
        repeating = asyncio.create_task(background._repeat(quick, stopping, threads, start))
        for _ in range(100):
            if await asyncio.to_thread(_counted, gateway) == {"new"}:
                break
            await asyncio.sleep(0.05)
        with gateway.database.transaction() as session:  # grown old since
            session.get_one(CountedEvent, "new").counted_at = old
        for _ in range(100):
            if not await asyncio.to_thread(_counted, gateway):
                break
            await asyncio.sleep(0.05)
        stopping.set()
        await repeating

    asyncio.run(run())
    assert _counted(gateway) == set()


def test_a_broker_that_comes_later_is_waited_for_and_waiting_ends_when_told(analytics, gateway, amqp) -> None:
    url, queue = amqp
    _keep(gateway, 3)
    analytics.publish(url, queue)

    async def run() -> None:
        port, stopping = free_port(), asyncio.Event()

        async def count(event: dict) -> None:
            await asyncio.to_thread(analytics.count, event)

        consuming = asyncio.create_task(broker.consume(Proxy.at(url, port), count, stopping, queue))
        await asyncio.sleep(0.5)
        assert not consuming.done()
        proxy = await Proxy.before(url, port)
        for _ in range(100):
            if sum(row.turns for row in await asyncio.to_thread(analytics.counts, DAY, DAY)) == 3:
                break
            await asyncio.sleep(0.1)
        proxy.close()
        await asyncio.sleep(0.2)
        stopping.set()  # while it has no connection
        await asyncio.wait_for(consuming, 5)
        await drop(url, queue)

    asyncio.run(run())
    assert sum(row.turns for row in analytics.counts(DAY, DAY)) == 3


def test_events_are_counted_over_connections_that_break(analytics, gateway, amqp) -> None:
    url, queue = amqp
    _keep(gateway, 30)

    async def run() -> None:
        proxy = await Proxy.before(url)
        stopping = asyncio.Event()

        async def count(event: dict) -> None:
            await asyncio.to_thread(analytics.count, event)

        consuming = asyncio.create_task(broker.consume(proxy.url, count, stopping, queue))
        await asyncio.to_thread(analytics.publish, url, queue)
        await asyncio.sleep(0.3)
        proxy.drop()  # in the middle: what was taken and not acknowledged comes again
        await asyncio.to_thread(_keep, gateway, 30, 30)
        await asyncio.to_thread(analytics.publish, url, queue)
        for _ in range(200):
            if sum(row.turns for row in await asyncio.to_thread(analytics.counts, DAY, DAY)) >= 60:
                break
            await asyncio.sleep(0.1)
        stopping.set()
        await consuming
        proxy.close()
        await drop(url, queue)

    asyncio.run(run())
    assert sum(row.turns for row in analytics.counts(DAY, DAY)) == 60


def _keep(gateway, many: int, first: int = 0) -> None:
    with gateway.database.transaction() as session:
        for n in range(first, first + many):
            session.add(WaitingEvent(payload=_event(n), created_at=datetime.now(UTC)))


def _counted(gateway) -> set[str]:
    with gateway.database.snapshot() as session:
        return {row.event_id for row in session.query(CountedEvent)}


def _waiting(gateway) -> int:
    with gateway.database.snapshot() as session:
        return session.query(WaitingEvent).count()


class Proxy:
    """Between a client and the broker: may drop all connections, as a broker that is restarted does."""

    def __init__(self, host: str, port: int) -> None:
        self._there = host, port
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task] = set()

    @classmethod
    async def before(cls, url: str, port: int = 0) -> Proxy:
        parts = urlsplit(url)
        proxy = cls(parts.hostname or "127.0.0.1", parts.port or 5672)
        proxy.server = await asyncio.start_server(proxy._connected, "127.0.0.1", port)
        proxy.url = cls.at(url, proxy.server.sockets[0].getsockname()[1])
        return proxy

    @staticmethod
    def at(url: str, port: int) -> str:
        """The address of the proxy of that broker at the port."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._there)
        self._writers += [writer, there_writer]
        for each in (self._pump(reader, there_writer), self._pump(there_reader, writer)):
            task = asyncio.create_task(each)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers = []

    def close(self) -> None:
        self.drop()
        self.server.close()
