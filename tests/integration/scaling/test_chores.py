"""Two real servers on one database: what a server does by itself is done once, and both have the same news.

A database in which nothing was done for forty days is given to both at once, and a copy of it to one process alone.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from assistant import train
from billing.api import Billing
from billing.config import Settings
from gateway.analytics import broker
from gateway.analytics.models import WaitingEvent
from gateway.analytics.service import Analytics
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.handoff.models import HandoffRow
from gateway.unsure.models import UnsureRow
from tests.builders.databases import a_database
from tests.builders.demo import copy_demo
from tests.builders.handoffs import act, an_operator, asked_for_a_person, listening
from tests.builders.rabbitmq import a_broker, dropped
from tests.builders.receivers import Receiver
from tests.builders.server import Server

UNTOUCHED = timedelta(days=40)
REQUESTS, EVENTS, OLD = 30, 150, 120
WITHIN = 120
"""Seconds until both have done all that was due, on a machine that is busy."""
pytestmark = pytest.mark.timeout(600)


def _left_alone(address: str) -> None:
    """Demo data of forty days ago, and something for every chore."""
    now = datetime.now(UTC)
    copy_demo(address, now - UNTOUCHED)
    billing = Billing.open(Settings(database_url=address), clock=lambda: now - UNTOUCHED)
    for n in range(REQUESTS):
        billing.open_request("acme", key=f"r-{n}", topic="technical", message="Help", language="en")
    with billing.database.transaction() as session:
        session.add_all(WaitingEvent(payload=_event(n), created_at=now) for n in range(EVENTS))
        session.add_all(_unsure(n, now - timedelta(days=100)) for n in range(OLD))
        session.add_all(_conversation(f"old-{n}", now - timedelta(days=500)) for n in range(OLD))
        session.add(_conversation("waits", now - timedelta(hours=1)))
        session.flush()
        session.add_all(_turn(f"old-{n}", now - timedelta(days=500)) for n in range(OLD))
        session.add(_turn("waits", now - timedelta(hours=1)))
        asked = {"state": "waiting", "request": None, "language": "en", "asked_at": now - timedelta(hours=1)}
        session.add(HandoffRow(id="waits", conversation_id="waits", **asked))
    billing.close()


def _event(n: int) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    told = {"topics": ["show_balance"], "language": "en", "outcome": "answered", "form": None}
    return {"id": f"event-{n}", "conversation": "c", "at": at, **told}


def _unsure(n: int, at: datetime) -> UnsureRow:
    counts = {"ranking": [], "outcome": "asked", "afterwards": {}, "seen": 1}
    return UnsureRow(language="en", digest=f"{n:064}", text="?", first_seen=at, last_seen=at, **counts)


def _conversation(name: str, at: datetime) -> ConversationRow:
    return ConversationRow(id=name, account="acme", user="acme", visitor_hash=None, created_at=at)


def _turn(conversation: str, at: datetime) -> TurnRow:
    names = {"key": "k", "message_id": f"m-{conversation}", "fingerprint": "f", "text": "Hello", "seen": None}
    return TurnRow(
        conversation_id=conversation, state="done", lease_until=at, created_at=at, done_at=at, reply=[], **names
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory, postgresql_server, redis_url) -> Iterator[dict[str, Any]]:
    train.main([])
    with ExitStack() as stack:
        receiver, queue = stack.enter_context(Receiver().running()), f"test-{uuid4().hex}"
        stack.enter_context(dropped(a_broker(), queue))
        address = stack.enter_context(a_database(postgresql_server))
        _left_alone(address)
        alone = stack.enter_context(a_database(postgresql_server, template=address))
        settings = {
            "SALES_WEBHOOK_URL": receiver.url,
            "SALES_WEBHOOK_SECRET": "w" * 40,
            "REDIS_URL": redis_url,
            "AMQP_URL": a_broker(),
            "AMQP_QUEUE": queue,
        }
        both = [Server(tmp_path_factory.mktemp(name), DATABASE_URL=address, **settings) for name in ("one", "two")]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.start, both))
        yield {"servers": both, "receiver": receiver, "queue": queue, "alone": alone, "address": address}
        assert [server.stop() for server in both] == [0, 0]


def _rows(address: str, query: str) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(address)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return found


def _count(address: str, table: str) -> int:
    [(count,)] = _rows(address, f"SELECT count(*) FROM {table}")
    return count


def _chores_done(server: Server) -> set[str]:
    name = "billing_assistant_chore_last_success_timestamp_seconds{"
    lines = httpx.get(f"{server.address}/metrics").text.splitlines()
    return {line.split('"')[1] for line in lines if line.startswith(name)}


@pytest.fixture(scope="module")
def done(world) -> dict[str, Any]:
    """When each server has done each chore, and nothing waits."""
    end = time.monotonic() + WITHIN
    waits = ("analytics_outbox", "outbox_event WHERE state = 'pending'", "handoff WHERE late_at IS NULL")
    while not (
        all(len(_chores_done(server)) >= 11 for server in world["servers"])
        and not any(_count(world["address"], each) for each in waits)
    ):
        assert time.monotonic() < end, [_chores_done(server) for server in world["servers"]]
        time.sleep(0.5)
    return world


def test_what_was_due_is_billed_and_expired_as_by_one_process_alone(done) -> None:
    alone = Billing.open(Settings(database_url=done["alone"]))
    alone.bill_due()
    alone.expire_vouchers()
    assert alone.verify_ledger() == []
    alone.close()
    for query in (
        "SELECT key, owner, kind FROM ledger_transaction",
        "SELECT owner, kind, ref, balance FROM ledger_account",
        "SELECT account_id, subscription_id, period_from, period_to, total FROM invoice",
        "SELECT account_id, plan, starts_at, ends_at, ended_at FROM subscription",
    ):
        assert Counter(_rows(done["address"], query)) == Counter(_rows(done["alone"], query)), query
    assert _count(done["address"], "invoice") > 0
    both = Billing.open(Settings(database_url=done["address"]))
    assert both.verify_ledger() == []
    both.close()


def test_each_request_is_delivered_once(done) -> None:
    told = Counter(delivery.headers["x-event-id"] for delivery in done["receiver"].deliveries)
    assert len(told) >= REQUESTS
    assert set(told.values()) == {1}


def test_an_alert_is_raised_once(done) -> None:
    raised = Counter(_rows(done["address"], "SELECT account_id, kind, crossing FROM alert"))
    assert raised
    assert set(raised.values()) == {1}
    told = Counter(
        _rows(done["address"], "SELECT kind, destination, subject FROM outbox_event WHERE kind LIKE 'alert%'")
    )
    assert set(told.values()) <= {1}


def test_who_waits_for_a_person_is_told_once_that_nobody_came(done) -> None:
    [(reply,)] = _rows(done["address"], "SELECT reply FROM turn WHERE conversation_id = 'waits' AND pushed")
    [message] = json.loads(reply) if isinstance(reply, str) else reply
    assert message["handoff"] == "late"


def test_what_is_old_is_forgotten_and_the_rest_is_there(done) -> None:
    assert _rows(done["address"], "SELECT id FROM conversation") == [("waits",)]
    assert _count(done["address"], "unsure_message") == 0


def test_each_event_of_a_turn_is_counted_once_though_two_publish_it(done) -> None:
    billing = Billing.open(Settings(database_url=done["address"]))
    analytics = Analytics(billing.database)

    async def run() -> None:
        stopping = asyncio.Event()

        async def count(event: dict[str, Any]) -> None:
            await asyncio.to_thread(analytics.count, event)

        consuming = asyncio.create_task(broker.consume(a_broker(), count, stopping, done["queue"]))
        end = time.monotonic() + WITHIN
        while await asyncio.to_thread(_count, done["address"], "analytics_counted") < EVENTS:
            assert time.monotonic() < end
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)  # what came twice
        stopping.set()
        await consuming

    asyncio.run(run())
    billing.close()
    assert _rows(done["address"], "SELECT sum(turns) FROM analytics_count") == [(EVENTS,)]


def test_who_listens_at_one_server_hears_what_was_said_at_the_other(done) -> None:
    one, two = done["servers"]
    customer, operator = one.customer("acme", "listener"), an_operator(two)
    conversation = asked_for_a_person(two.customer("acme", "listener"), "The container line, please")
    with listening(customer, conversation) as here, listening(two.customer("acme", "listener"), conversation) as there:
        act(operator, conversation, "take", name="Mia")
        begun = time.monotonic()
        assert [next(each)[1]["handoff"] for each in (here, there)] == ["taken"] * 2
        for n in range(5):
            act(operator, conversation, "messages", key=f"m-{n}", text=f"message {n}")
        heard = [[next(each)[1]["text"] for _ in range(5)] for each in (here, there)]
        assert heard == [[f"message {n}" for n in range(5)]] * 2
        assert time.monotonic() - begun < 10
        act(operator, conversation, "hand-back")
        assert [next(each)[1]["handoff"] for each in (here, there)] == ["returned"] * 2
