"""Servers killed with -9 under load: no acknowledged change is lost, nothing is done twice, answers come again soon."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from assistant import train
from billing.api import Billing
from billing.db import create_engine
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.rabbitmq import RabbitMQ
from tests.builders.receivers import Receiver
from tests.builders.server import Server
from tests.faults.processes.counts import all_are_counted_once, caught_up, counting
from tests.faults.processes.load import ACCOUNTS, Asker, Chatter
from tests.faults.processes.own import Postgresql, Redis, own

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))
UNDER_LOAD = 2.5
"""Seconds of load before and after each kill."""
ANSWERS_WITHIN = 15
"""Seconds after it is up again; how long starting took beside that is printed, and depends on the machine."""
UNNOTICED = {"redis", "rabbitmq"}
"""Without these every message is answered as before."""
WHO = ("the server", "postgresql", *sorted(UNNOTICED))


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[dict]:
    train.main([])
    with ExitStack() as stack:
        receiver = stack.enter_context(Receiver().running())
        servers = {"postgresql": stack.enter_context(own(Postgresql)), "redis": stack.enter_context(own(Redis))}
        settings = {"SALES_WEBHOOK_URL": receiver.url, "SALES_WEBHOOK_SECRET": "w" * 40}
        settings["REDIS_URL"] = servers["redis"].url
        if RabbitMQ.installed():
            servers["rabbitmq"] = stack.enter_context(own(RabbitMQ))
            settings["AMQP_URL"] = servers["rabbitmq"].url
        folder = tmp_path_factory.mktemp("killed")
        server = Server(folder, DATABASE_URL=servers["postgresql"].url, **settings)
        billing = Billing.open(server.settings)
        billing.load_catalogue(a_catalogue(folder))
        for account in ACCOUNTS:
            an_account(billing, account)
        billing.close()
        server.start()
        stack.callback(lambda: server.process and server.process.kill())
        if "rabbitmq" in servers:
            stack.enter_context(counting(server))
        yield {"the server": server, "receiver": receiver, **servers}


def restart_of(world: dict, who: str) -> tuple[Callable[[], None], Callable[[], object]]:
    """How it dies, and how it is started."""
    if who != "the server":
        return world[who].kill, world[who].start
    server: Server = world[who]

    def kill() -> None:
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()

    return kill, server.start


def top_up_counts(server: Server) -> Counter[str]:
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT account_id, count(*) FROM top_up GROUP BY 1")).all()
    engine.dispose()
    return Counter(dict(rows))


def hurry(server: Server) -> None:
    """What a dead server had claimed from the outbox is due in a minute; the test does not wait so long."""
    engine = create_engine(server.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE outbox_event SET next_attempt_at = created_at WHERE state = 'pending'"))
    engine.dispose()


@pytest.mark.timeout(600 + 120 * ROUNDS)
@pytest.mark.parametrize("who", WHO)
def test_a_server_killed_under_load_loses_nothing_and_does_nothing_twice(world, who: str, record_property) -> None:
    if who not in world:
        assert os.environ.get("CI") != "true", "no rabbitmq-server"
        pytest.skip("no rabbitmq-server")
    server, slowest, started = world["the server"], 0.0, 0.0
    before, askers = top_up_counts(server), []
    for _ in range(ROUNDS):
        asker, chatters = Asker(server.settings), [Chatter(server, account) for account in ACCOUNTS]
        askers.append(asker)
        [thread.start() for thread in (asker, *chatters)]
        up, answered = _killed_under_load(world, who, chatters)
        started, slowest = max(started, up), max(slowest, answered)
        [thread.stop() for thread in (asker, *chatters)]
        [thread.join(200) for thread in (asker, *chatters)]
        assert [chatter.failed for chatter in chatters if chatter.failed] == []
        assert [chatter.odd for chatter in chatters if chatter.odd] == []
        if who in UNNOTICED:
            assert [chatter.refused for chatter in chatters if chatter.refused] == []
        made = top_up_counts(server) - before
        assert made == Counter({chatter.account: chatter.acknowledged for chatter in chatters})
        before += made
    _all_was_delivered(server, world["receiver"], {number for asker in askers for number in asker.acknowledged})
    if "rabbitmq" in world:
        all_are_counted_once(server)
    record_property("shown", f"{who} killed {ROUNDS} x: up after {started:.1f} s, answers {slowest:.1f} s later")
    assert slowest < ANSWERS_WITHIN


def _killed_under_load(world: dict, who: str, chatters: list[Chatter]) -> tuple[float, float]:
    """Seconds until it is up, and from then to an answer to each."""
    kill, start = restart_of(world, who)
    time.sleep(UNDER_LOAD)
    kill()
    time.sleep(0.5)
    killed = time.monotonic()
    start()
    begun = time.monotonic()
    while not all(chatter.answers and chatter.answers[-1] > killed + 0.5 for chatter in chatters):
        assert time.monotonic() < begun + 120, [chatter.failed for chatter in chatters]
        time.sleep(0.05)
    took = max(next(a for a in chatter.answers if a > killed + 0.5) for chatter in chatters) - begun
    if who == "rabbitmq":
        assert all(any(killed < answer < begun for answer in chatter.answers) for chatter in chatters)
        took = caught_up(world["the server"], begun)
    time.sleep(UNDER_LOAD)
    return begun - killed, took


def _all_was_delivered(server: Server, receiver: Receiver, asked: set[str]) -> None:
    """At least once each, and the same each time: who keeps the ids does it once."""
    billing, end = Billing.open(server.settings), time.monotonic() + 30
    while billing.undelivered() and time.monotonic() < end:
        hurry(server)
        time.sleep(0.5)
    assert billing.undelivered() == []
    assert billing.verify_ledger() == []
    billing.close()
    bodies = defaultdict(set)
    for delivery in receiver.deliveries:
        bodies[delivery.headers["x-event-id"]].add(json.dumps(delivery.event, sort_keys=True))
    assert all(len(different) == 1 for different in bodies.values())
    told = [json.loads(body) for [body] in bodies.values()]
    numbers = Counter(json.dumps(each) for each in told)
    assert all(any(number in text for text in numbers) for number in asked)
