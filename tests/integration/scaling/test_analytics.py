"""Events of turns: kept with the turn, published over a broker that goes away, counted once however often they come."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika
import pytest

from gateway.analytics import broker
from gateway.analytics.models import WaitingEvent
from gateway.analytics.service import Analytics

DEFAULT = "amqp://guest:guest@127.0.0.1:5672/"
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


@pytest.fixture
def amqp() -> tuple[str, str]:
    """The broker's address and a queue of the test's own."""
    url = os.environ.get("TEST_AMQP_URL", DEFAULT)
    parts = urlsplit(url)
    try:
        with closing(socket.create_connection((parts.hostname, parts.port or 5672), timeout=2)):
            pass
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no RabbitMQ: set TEST_AMQP_URL")
    return url, f"test-{uuid4().hex}"


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
    asyncio.run(_drop(url, queue))


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
        await _drop(url, queue)

    asyncio.run(run())
    assert sum(row.turns for row in analytics.counts(DAY, DAY)) == 60


def _keep(gateway, many: int, first: int = 0) -> None:
    with gateway.database.transaction() as session:
        for n in range(first, first + many):
            session.add(WaitingEvent(payload=_event(n), created_at=datetime.now(UTC)))


def _waiting(gateway) -> int:
    with gateway.database.snapshot() as session:
        return session.query(WaitingEvent).count()


async def _drop(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection:
        await (await connection.channel()).queue_delete(queue)


class Proxy:
    """Between a client and the broker: may drop all connections, as a broker that is restarted does."""

    def __init__(self, host: str, port: int) -> None:
        self._there = host, port
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task] = set()

    @classmethod
    async def before(cls, url: str) -> Proxy:
        parts = urlsplit(url)
        proxy = cls(parts.hostname or "127.0.0.1", parts.port or 5672)
        proxy.server = await asyncio.start_server(proxy._connected, "127.0.0.1", 0)
        port = proxy.server.sockets[0].getsockname()[1]
        proxy.url = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl()
        return proxy

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
