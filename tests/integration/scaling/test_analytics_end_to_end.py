"""From a customer's message to the counts on an operator's screen: server, outbox, RabbitMQ, consumer, `show`."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from assistant import train
from tests.builders import commands
from tests.builders.rabbitmq import dropped
from tests.builders.server import COMMAND, Server

WITHIN = 60
"""Seconds from the last answer to the counts; two on a quiet machine."""


@pytest.fixture
def server(tmp_path, amqp) -> Iterator[Server]:
    train.main([])
    url, queue = amqp
    with dropped(url, queue):
        started = Server(tmp_path, AMQP_URL=url, AMQP_QUEUE=queue).with_demo_data().start()
        yield started
        assert started.stop() == 0, started.log


@pytest.fixture
def consumer(server, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "consumer").open("wb") as log:
        process = subprocess.Popen([COMMAND, "analytics", "consume"], env=server.environment, stdout=log, stderr=log)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def _shown(server: Server) -> Counter[tuple[str, str, str]]:
    ended = commands.run(["analytics", "show", "--json"], server.environment)
    assert ended.code == 0, ended.err
    return Counter({(row["topic"], row["language"], row["outcome"]): row["turns"] for row in json.loads(ended.out)})


def test_a_turn_is_counted_once_by_topic_language_and_outcome(server, consumer, tmp_path) -> None:
    acme, sakura = server.customer("acme"), server.customer("sakura")
    ours, theirs = acme.open(), sakura.open()
    acme.say(ours, "What is my balance?", key="once")
    acme.say(ours, "What is my balance?", key="once")  # sent again: one turn
    acme.say(ours, "Show my plan")
    acme.say(ours, "top up 50 dollars by card")
    sakura.say(theirs, "\u6b8b\u9ad8\u3092\u6559\u3048\u3066\u304f\u3060\u3055\u3044")  # "tell me my balance"
    expected = Counter(
        {
            ("show_balance", "en", "answered"): 1,
            ("show_plan", "en", "answered"): 1,
            ("recharge", "en", "in_form"): 1,
            ("show_balance", "ja", "answered"): 1,
        }
    )
    end = time.monotonic() + WITHIN
    while (shown := _shown(server)) != expected and time.monotonic() < end:
        time.sleep(0.5)
    assert shown == expected, (tmp_path / "consumer").read_text()
    consumer.send_signal(signal.SIGTERM)
    assert consumer.wait(30) == 0
    assert _shown(server) == expected
