"""A short transaction runs where everybody waits for it, unless another's write is in the way: then on a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from billing.db import Database, Occupied
from gateway.at_once import done


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'kept.db'}")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE said (word TEXT, thread TEXT)")
    yield made
    made.close()


def say(database: Database, word: str) -> str:
    with database.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO said VALUES (:word, :thread)"),
            {"word": word, "thread": threading.current_thread().name},
        )
    return word


def said(database: Database) -> list[tuple[str, str]]:
    with database.snapshot() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql("SELECT word, thread FROM said")]


@contextmanager
def another_writes(database: Database, seconds: float) -> Iterator[None]:
    """Another connection holds the file for so long."""
    begun = threading.Event()

    def hold() -> None:
        with database.begin():
            begun.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    yield
    thread.join()


def test_with_nobody_in_the_way_it_runs_here(database) -> None:
    assert asyncio.run(done(database, say, database, "here")) == "here"
    assert said(database) == [("here", threading.main_thread().name)]


def test_with_anothers_write_in_the_way_it_waits_on_a_thread_and_the_loop_goes_on(database) -> None:
    async def run() -> float:
        longest, last = 0.0, time.perf_counter()
        waiting = asyncio.ensure_future(done(database, say, database, "there"))
        while not waiting.done():
            await asyncio.sleep(0.001)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
        assert await waiting == "there"
        return longest

    with another_writes(database, 0.6):
        assert asyncio.run(run()) < 0.3
    [(word, thread)] = said(database)
    assert word == "there"
    assert thread != threading.main_thread().name


def test_who_would_rather_not_wait_is_told_at_once_and_nothing_was_done(database) -> None:
    with another_writes(database, 0.3):
        begun = time.perf_counter()
        with pytest.raises(Occupied), database.at_once():
            say(database, "never")
        assert time.perf_counter() - begun < 0.2
    assert said(database) == []
    assert say(database, "afterwards") == "afterwards"  # the same connection waits again as long as ever


def test_others_wait_while_one_would_rather_not(database) -> None:
    with another_writes(database, 0.3):
        assert say(database, "waited") == "waited"


def test_a_server_is_a_journey_away(postgresql_server) -> None:
    database = Database(postgresql_server)
    assert not database.embedded
    assert asyncio.run(done(database, lambda: threading.current_thread().name)) != threading.main_thread().name
    database.close()


def test_what_is_only_in_memory_is_not_embedded_in_a_file() -> None:
    assert not Database("sqlite:///:memory:").embedded
