"""The event loop's connection to the conversations: all or nothing, and opened anew where it was ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from assistant.kept_connection import KeptConnection, Statement
from assistant.tracker_store import StrictTrackerStore
from assistant.trackers_in_memory import held_since
from tests.builders.databases import a_database

COLUMNS = ("sender_id", "type_name", "data")


@pytest.fixture
def store(database_url) -> Iterator[StrictTrackerStore]:
    made = StrictTrackerStore(url=database_url)
    yield made
    made.close()


@pytest.fixture
def kept(store) -> Iterator[KeptConnection]:
    made = KeptConnection(store.engine)
    yield made
    made.close()


class Events:
    """Events of one conversation, by that connection."""

    def __init__(self, store: StrictTrackerStore, kept: KeptConnection) -> None:
        table = store.SQLEvent.__table__
        self._insert = Statement(sa.insert(table).inline(), store.engine, COLUMNS)
        self._look = Statement(held_since(table), store.engine)
        self._kept = kept

    def count(self) -> int:
        return self._kept.read(self._look, {"sender": "one", "first": 0})[0]

    def write(self, count: int, *, keep: bool = True, provisionally: bool = False) -> int:
        rows = [{"sender_id": "one", "type_name": "slot", "data": "{}"}] * count
        look = self._look, {"sender": "one", "first": 0}
        return self._kept.write([], self._insert, rows, look, lambda _: keep, provisionally=provisionally)[0]


@pytest.fixture
def events(store, kept) -> Events:
    return Events(store, kept)


def test_what_was_seen_decides_whether_it_is_kept(events) -> None:
    assert events.write(3) == 3
    assert events.write(2, keep=False) == 5
    assert events.count() == 3
    assert events.write(1, provisionally=True) == 4
    assert events.count() == 4


def test_what_fails_halfway_leaves_nothing_and_the_next_goes_on(store, kept, events) -> None:
    broken = Statement(sa.text("SELECT 1 FROM nowhere"), store.engine)
    with pytest.raises(Exception, match="nowhere"):
        kept.write([], events._insert, [{"sender_id": "one", "type_name": "slot", "data": "{}"}], (broken, {}), bool)
    assert events.count() == 0
    assert events.write(1) == 1


def test_a_connection_that_the_server_ended_is_opened_anew(postgresql_server, monkeypatch) -> None:
    monkeypatch.setattr("assistant.kept_connection._MAY_HAVE_DIED", 0)
    with a_database(postgresql_server, durable=False) as address:
        store = StrictTrackerStore(url=address)
        kept = KeptConnection(store.engine)
        events = Events(store, kept)
        assert events.write(1) == 1
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert events.count() == 1
        kept.close()
        store.close()
