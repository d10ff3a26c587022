"""The database: engine, sessions, declarative base, typed columns. SQLite by default, PostgreSQL the same."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from billing.config import normalise_url

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on every database; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table of billing derives from."""

    metadata = sa.MetaData(naming_convention=NAMING)


RowId = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)]
Units = Annotated[int, mapped_column(sa.BigInteger)]
"""An amount in units of 10**-money.SCALE."""
CurrencyCode = Annotated[str, mapped_column(sa.String(3))]
At = Annotated[datetime, mapped_column(Instant)]
Json = Annotated[dict[str, Any], mapped_column(sa.JSON)]


T = TypeVar("T")
_FULL, _NORMAL = "synchronous=FULL", "synchronous=NORMAL"
_IDLE = 1.0
"""Seconds after which a connection may have died unseen."""
BUSY_MS = 10_000
"""How long SQLite waits for another's write."""
IDLE_SECONDS = 60
"""How long a transaction may wait for its process, on PostgreSQL."""
TRIES = 3
"""How often a transaction is begun that clashes with another over a unique key."""
_AT_ONCE_MS, _LOOK_AGAIN = 2, 0.0001
_patience_ms: ContextVar[int] = ContextVar("patience_ms", default=BUSY_MS)


class Occupied(Exception):
    """Another writes to SQLite just now, and whoever asked would rather not wait. Nothing was done."""


class Database:
    """An engine and its sessions. What stands in `info` every session has in its own."""

    def __init__(self, url: str) -> None:
        self.info: dict[str, object] = {}
        self.url = normalise_url(url)
        self.engine = create_engine(self.url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=self.info)

    @property
    def embedded(self) -> bool:
        """A file that this process reads and writes itself: asking it takes no journey, only sometimes a wait."""
        return _is_a_file(self.engine.url)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Within, on this thread, transactions on SQLite wait for another's write two milliseconds at most.

        Raises:
            Occupied: the wait would be longer.
        """
        token = _patience_ms.set(_AT_ONCE_MS)
        try:
            yield
        finally:
            _patience_ms.reset(token)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing: committed at the end, rolled back on any error. Write-locked from the start on SQLite."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """The same for statements that are made once and need no objects."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def begin_provisionally(self) -> Iterator[sa.Connection]:
        """The same for what a power cut may undo while nothing else was committed since. A process's death may not.

        SQLite does not wait for the disk then: what is committed next by `begin` or `transaction` takes it along.
        """
        with self.engine.connect().execution_options(provisional=True) as connection, connection.begin():
            yield connection

    def run(self, work: Callable[[Session], T]) -> T:
        """One transaction of `work`; done again where another claimed the same key at the same instant.

        The second time finds what the other wrote, and gives it or refuses.
        """
        for _ in range(TRIES):
            try:
                with self.transaction() as session:
                    return work(session)
            except sa.exc.IntegrityError as error:
                clash = error
        raise clash

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """For reading: one consistent view, nothing is kept."""
        isolation = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with (
            self.engine.connect().execution_options(read_only=True, **isolation) as connection,
            Session(connection, expire_on_commit=False, info=self.info) as session,
        ):
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def new_id(inserted: sa.CursorResult[Any]) -> int:
    """The number that the database gave to the one row that was inserted."""
    assert inserted.inserted_primary_key is not None
    number: int = inserted.inserted_primary_key[0]
    return number


def insert_of(dialect: str) -> Any:
    """The INSERT of the database, which knows ON CONFLICT; both speak it alike."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Journal ahead. SQLite does not wait by itself when two processes make this switch of a new file at once."""
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _no_idle_locks(engine: sa.Engine) -> sa.Engine:
    """PostgreSQL ends a connection that is silent within a transaction.

    Else a process that is stopped, or a machine without its network, holds its rows until TCP gives it up, hours later.
    """

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        connection.commit()

    return engine


def _is_a_file(address: sa.URL) -> bool:
    return address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")


def create_engine(url: str) -> sa.Engine:
    """An engine whose SQLite connections are durable, check foreign keys and lock for writing at once."""
    address = make_url(normalise_url(url))
    if address.get_backend_name() != "sqlite":
        return _no_idle_locks(_of_a_server(address))
    if _is_a_file(address):
        assert address.database is not None
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(address, hide_parameters=True)
    else:
        engine = sa.create_engine(address, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not by pysqlite's guess
        # recursive_triggers: without it REPLACE would get past the triggers that keep the ledger append-only
        for pragma in (_FULL, "foreign_keys=ON", "recursive_triggers=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    sa.event.listen(engine, "begin", _begin_on_sqlite)
    return engine


def _begin_on_sqlite(connection: sa.Connection) -> None:
    """By the driver itself: these are asked at every transaction, and take longer to pass on than to answer."""
    driver: Any = connection.connection.driver_connection
    options = connection.get_execution_options()
    begin = "BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE"
    patience = _patience_ms.get()
    try:
        if connection.info.get("patience", BUSY_MS) != patience:
            driver.execute(f"PRAGMA busy_timeout={patience if patience == BUSY_MS else 0}")
            connection.info["patience"] = patience
        if begin != "BEGIN":
            wanted = _NORMAL if options.get("provisional") else _FULL
            if connection.info.get("synchronous", _FULL) != wanted:
                driver.execute(f"PRAGMA {wanted}")
                connection.info["synchronous"] = wanted
        _begin(driver, begin, patience)
    except sqlite3.Error as error:
        if patience != BUSY_MS and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise Occupied from error
        raise sa.exc.OperationalError(begin, None, error, hide_parameters=True) from error


def _begin(driver: Any, begin: str, patience: int) -> None:
    """SQLite itself looks again after one millisecond, then two: too rarely for writes that take a fifth of one."""
    end = time.perf_counter() + _AT_ONCE_MS / 1000
    while patience == _AT_ONCE_MS and time.perf_counter() < end:
        with suppress(sqlite3.OperationalError):
            driver.execute(begin)
            return
        time.sleep(_LOOK_AGAIN)
    driver.execute(begin)


def _of_a_server(address: sa.URL) -> sa.Engine:
    """One whose connections are asked whether they still live where they have not been used for a moment.

    SQLAlchemy's own asks at every use, which is a journey to the server each.
    """
    engine = sa.create_engine(address, hide_parameters=True)

    @sa.event.listens_for(engine, "checkin")
    def _used(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _lives(connection: DBAPIConnection, record: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error  # the pool opens others instead

    return engine


def chunks(values: Iterable[T], most: int = 500) -> Iterator[list[T]]:
    """The values in lists of at most `most`: as many as one IN takes."""
    listed = list(values)
    for start in range(0, len(listed), most):
        yield listed[start : start + most]
