"""Two real servers, and a lock that is lost: its holder is stopped for longer than the lease, or Redis is gone."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from assistant import train
from billing.db import create_engine
from tests.builders.databases import a_database
from tests.builders.demo import demo_template
from tests.builders.redis import an_own_redis
from tests.builders.server import Client, Server
from tests.builders.transcripts import asked, tracker_of, turns_are_whole

MESSAGES = 24
WITHIN = 90
"""Seconds: a lease is twelve, the rest is for a machine that is busy."""
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def redis() -> Iterator[tuple[str, Any]]:
    with an_own_redis() as own:
        yield own


@pytest.fixture(scope="module")
def servers(tmp_path_factory, postgresql_server, redis) -> Iterator[list[Server]]:
    train.main([])
    with a_database(postgresql_server, template=demo_template()) as address:
        both = [
            Server(tmp_path_factory.mktemp(name), DATABASE_URL=address, REDIS_URL=redis[0]) for name in ("one", "two")
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.start, both))
        yield both
        assert [server.stop() for server in both] == [0, 0]


@contextmanager
def stopped_in_the_middle(server: Server, client: Client, conversation: str, key: str) -> Iterator[Future]:
    """The server asks for a figure and is stopped while it waits for it; at the end of the block it goes on."""
    engine = create_engine(server.database_url)
    with ThreadPoolExecutor(1) as pool:
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("LOCK TABLE ledger_account IN ACCESS EXCLUSIVE MODE")
                answer = pool.submit(client.post, conversation, {"text": "What is my balance?"}, key)
                _until(lambda: _state(server, key) == "running", "the turn did not begin")
                time.sleep(1.5)  # past the reading of the message, to the figure
                assert not answer.done()
                server.process.send_signal(signal.SIGSTOP)
            yield answer
        finally:
            server.process.send_signal(signal.SIGCONT)
    engine.dispose()


def _state(server: Server, key: str) -> str | None:
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT state FROM turn WHERE key = :key"), {"key": key})
    engine.dispose()
    return found


def _until(holds, what: str) -> None:
    end = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def _answered(client: Client, conversation: str, text: str, key: str) -> httpx.Response:
    """Sent again until it is answered, as a widget does."""
    end = time.monotonic() + WITHIN
    while (answer := client.post(conversation, {"text": text}, key)).status_code != 200:
        assert answer.status_code == 409, answer.text
        assert time.monotonic() < end, answer.text
        time.sleep(0.5)
    return answer


def test_a_server_that_was_stopped_gives_the_answer_that_another_gave_meanwhile(servers) -> None:
    one, two = (server.customer("acme") for server in servers)
    one.http.timeout = httpx.Timeout(2 * WITHIN)
    conversation = one.open()
    one.say(conversation, "Show my plan")  # the conversation is in the first one's memory
    with stopped_in_the_middle(servers[0], one, conversation, "stopped") as late:
        told = _answered(two, conversation, "What is my balance?", "stopped")
        further = _answered(two, conversation, "How many sessions did I use?", "further")
    assert late.result(WITHIN).json() == told.json()
    kept = tracker_of(servers[0], conversation)
    first, second, third = asked(kept)
    assert [second, third] == [answer.json()["messages"][0]["answer_id"] for answer in (told, further)]
    assert turns_are_whole(kept)
    one.say(conversation, "Show my plan")
    assert asked(tracker_of(servers[0], conversation))[:3] == [first, second, third]
    history = one.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert [message["role"] for message in history].count("user") == 4


def test_a_server_that_was_stopped_answers_after_what_another_answered_meanwhile(servers) -> None:
    one, two = (server.customer("acme") for server in servers)
    one.http.timeout = httpx.Timeout(2 * WITHIN)
    conversation = one.open()
    one.say(conversation, "Show my plan")
    with stopped_in_the_middle(servers[0], one, conversation, "late") as late:
        [meanwhile] = _answered(two, conversation, "How many sessions did I use?", "meanwhile").json()["messages"]
    answer = late.result(WITHIN)
    assert answer.status_code == 200, answer.text
    kept = tracker_of(servers[0], conversation)
    assert asked(kept)[1:] == [meanwhile["answer_id"], answer.json()["messages"][0]["answer_id"]]
    assert turns_are_whole(kept)


def test_without_redis_all_messages_are_answered_once_and_it_is_told(servers, redis) -> None:
    clients = [server.customer("acme") for server in servers]
    conversation = clients[0].open()

    def send(n: int) -> str:
        client = servers[n % 2].customer("acme")
        answer = client.post(conversation, {"text": f"What is my balance? ({n})"}, key=f"n-{n}")
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"][0]["answer_id"]

    with ThreadPoolExecutor(MESSAGES) as pool:
        first = [pool.submit(send, n) for n in range(MESSAGES // 3)]
        redis[1].kill()  # while they run
        redis[1].wait()
        rest = [pool.submit(send, n) for n in range(MESSAGES // 3, MESSAGES)]
        answered = [each.result() for each in (*first, *rest)]
    kept = tracker_of(servers[0], conversation)
    assert Counter(asked(kept)) == Counter(answered)
    assert len(answered) == MESSAGES
    assert turns_are_whole(kept)
    for server in servers:
        told = httpx.get(f"{server.address}/metrics").text
        [line] = [
            each for each in told.splitlines() if each.startswith('billing_assistant_redis_failures_total{use="lo')
        ]
        assert float(line.split()[-1]) >= 1
        assert "redis does not answer" in server.log
