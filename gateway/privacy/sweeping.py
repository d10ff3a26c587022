"""What Rasa keeps of conversations, in a database of its own on SQLite; and the bytes that deleted rows leave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import structlog

from billing.db import chunks

log = structlog.get_logger()

_EVENTS = sa.table("events", sa.column("sender_id"), sa.column("data"), sa.column("id"))


@contextmanager
def opened(tracker_address: str) -> Iterator[sa.Engine]:
    """The database that holds the assistant's events, until the block ends."""
    engine = sa.create_engine(tracker_address, hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


def remove_events(engine: sa.Engine, conversations: Iterable[str]) -> int:
    """Remove the events of those conversations; how many."""
    if not sa.inspect(engine).has_table("events"):  # nobody has talked here yet
        return 0
    with engine.begin() as connection:
        gone = [
            connection.execute(sa.delete(_EVENTS).where(_EVENTS.c.sender_id.in_(some))).rowcount
            for some in chunks(conversations)
        ]
    return sum(gone)


def scrub(engine: sa.Engine) -> bool:
    """Write a SQLite file anew, without what was deleted from it; False where others' work did not let it.

    PostgreSQL's VACUUM does so by itself.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        return True
    connection = engine.raw_connection()
    try:
        connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            busy = connection.cursor().execute(statement).fetchone()
    except sqlite3.Error as error:  # another is reading or writing
        log.warning("deleted rows not overwritten yet", error=error)
        return False
    finally:
        connection.close()
    return not (busy and busy[0])
