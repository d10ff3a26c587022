"""A server that is killed with messages of a channel in hand: the next one answers them, and does nothing twice."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from assistant import train
from billing.db import create_engine
from gateway.channels.models import ChannelDelivery, ChannelEvent
from gateway.conversations.models import TurnRow
from tests.builders.server import Server
from tests.builders.slack import SECRET, SlackUser, posts
from tests.builders.vendors import Answer, Vendors, until

MESSAGES = 12


@pytest.fixture
def vendors():
    with Vendors().running() as vendors:
        yield vendors


@pytest.fixture
def server(tmp_path: Path, vendors: Vendors):
    train.main([])
    settings = {
        "PUBLIC_URL": "https://billing.example.com",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_API_URL": f"{vendors.url}/slack/api/",
    }
    server = Server(tmp_path, **settings).with_demo_data().start()
    yield server
    server.stop()


@pytest.fixture
def engine(server: Server):
    engine = create_engine(server.database_url)
    yield engine
    engine.dispose()


def pending(engine: sa.Engine, table: type) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(table.state == "pending")) or 0


def let_leases_end(engine: sa.Engine) -> None:
    """As if the minute had passed for which a row is left to whoever took it."""
    with engine.begin() as connection:
        for table in (ChannelEvent, ChannelDelivery):
            connection.execute(sa.update(table).values(next_attempt_at=sa.func.now()))
        connection.execute(sa.update(TurnRow).values(lease_until=sa.func.now()))


def start_again(server: Server, engine: sa.Engine) -> None:
    let_leases_end(engine)
    server.start()
    until(lambda: not pending(engine, ChannelEvent) and not pending(engine, ChannelDelivery), within=60)


def test_every_message_that_was_taken_is_answered_after_a_kill_and_none_twice(server, vendors, engine):
    with httpx.Client(base_url=server.address, timeout=60) as http:
        users = [SlackUser(http) for _ in range(MESSAGES)]
        for user in users:
            assert user.tell(user.message("hello")).status_code == 200
    server.stop(signal.SIGKILL)
    assert pending(engine, ChannelEvent) + pending(engine, ChannelDelivery) > 0

    start_again(server, engine)

    with engine.connect() as connection:
        turns = Counter(connection.scalars(sa.select(TurnRow.conversation_id)))
        perhaps = connection.scalar(sa.select(sa.func.count()).where(ChannelDelivery.perhaps_twice))
    assert sorted(turns.values()) == [1] * MESSAGES
    shown = [len(posts(vendors, user.direct)) for user in users]
    assert min(shown) == 1
    assert sum(shown) - MESSAGES <= perhaps


def test_a_reply_on_its_way_when_the_server_is_killed_comes_again_and_is_marked(server, vendors, engine):
    vendors.answers["chat.postMessage"] = lambda _: server.stop(signal.SIGKILL) and Answer(drops=True)
    with httpx.Client(base_url=server.address, timeout=60) as http:
        user = SlackUser(http)
        user.tell(user.message("hello"))
    until(lambda: server.process.poll() is not None)
    del vendors.answers["chat.postMessage"]

    start_again(server, engine)

    assert len(posts(vendors, user.direct)) == 2
    with engine.connect() as connection:
        [row] = connection.execute(sa.select(ChannelDelivery.state, ChannelDelivery.perhaps_twice)).all()
    assert tuple(row) == ("done", True)
