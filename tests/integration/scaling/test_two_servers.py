"""Two server processes on one PostgreSQL and one Redis: one conversation, many messages at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import train
from tests.builders.databases import a_database
from tests.builders.demo import demo_template
from tests.builders.server import Server
from tests.builders.transcripts import asked, tracker_of, turns_are_whole

MESSAGES = 40


@pytest.fixture(scope="module")
def servers(tmp_path_factory, postgresql_server, redis_url) -> Iterator[list[Server]]:
    train.main([])
    folders: list[Path] = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    with a_database(postgresql_server, template=demo_template()) as address:
        both = [Server(folder, DATABASE_URL=address, REDIS_URL=redis_url) for folder in folders]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Server.start, both))
        yield both
        assert [server.stop() for server in both] == [0, 0]


def test_forty_messages_of_one_conversation_are_done_once_each(servers) -> None:
    clients = [server.customer("acme") for server in servers]
    conversation = clients[0].open()

    def send(n: int) -> tuple[int, str]:
        client = servers[n % 2].customer("acme")
        answer = client.post(conversation, {"text": f"What is my balance? ({n})"}, key=f"k-{n}")
        assert answer.status_code == 200, answer.text
        return n, answer.json()["messages"][0]["answer_id"]

    with ThreadPoolExecutor(MESSAGES) as pool:
        answered = dict(pool.map(send, range(MESSAGES)))
    assert len(set(answered.values())) == MESSAGES
    kept = tracker_of(servers[0], conversation)
    assert Counter(asked(kept)) == Counter(answered.values())  # none lost, none doubled
    assert turns_are_whole(kept)


def test_a_key_sent_to_both_at_once_is_one_message(servers) -> None:
    conversation = servers[0].customer("acme").open()

    def send(n: int) -> int:
        return servers[n % 2].customer("acme").post(conversation, {"text": "My plan?"}, key="same").status_code

    with ThreadPoolExecutor(6) as pool:
        codes = Counter(pool.map(send, range(6)))
    assert set(codes) <= {200, 409}
    assert len(asked(tracker_of(servers[0], conversation))) == 1
