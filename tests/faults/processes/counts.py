"""Events of turns over deaths of the broker: each turn that is done is counted, once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from billing.db import create_engine
from gateway.analytics import events
from tests.builders.server import COMMAND, Server

WITHIN = 60
"""Seconds until all is counted once nothing more comes."""


@contextmanager
def counting(server: Server) -> Iterator[None]:
    """`analytics consume` beside the server, which nobody starts again."""
    with (server.folder / "consumer").open("w") as log:
        process = subprocess.Popen([COMMAND, "analytics", "consume"], env=server.environment, stdout=log, stderr=log)
    yield
    assert process.poll() is None, (server.folder / "consumer").read_text()[-3000:]
    process.kill()
    process.wait()


def caught_up(server: Server, since: float) -> float:
    """Seconds from that instant until all turns that are done now are counted."""
    done = _done(server)
    while not done <= _counted(server):
        assert time.monotonic() < since + WITHIN, f"{len(done - _counted(server))} of {len(done)} are missing"
        time.sleep(0.05)
    return time.monotonic() - since


def all_are_counted_once(server: Server) -> None:
    """After the load: what is counted are the turns that are done, no more and no less."""
    caught_up(server, time.monotonic())
    done, counted = _done(server), _counted(server)
    assert counted == done
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT sum(turns) FROM analytics_count")) == len(done)  # of one topic each
        assert connection.scalar(sa.text("SELECT count(*) FROM analytics_outbox")) == 0
    engine.dispose()


def _done(server: Server) -> set[str]:
    """The events' ids."""
    secret = server.settings.secret("internal_secret")
    ids = _column(server, "SELECT message_id FROM turn WHERE state = 'done'")
    return {events._masked(secret, "turn", message_id) for message_id in ids}


def _counted(server: Server) -> set[str]:
    return _column(server, "SELECT event_id FROM analytics_counted")


def _column(server: Server, query: str) -> set[str]:
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        found = set(connection.scalars(sa.text(query)))
    engine.dispose()
    return found
