"""One connection to the database of conversations, held by the event loop: no pool, no statement passed on by layers.

A turn reads once and writes once there. Through the pool and SQLAlchemy's execution both took 1.3 ms of a turn of
seven; the statements are still SQLAlchemy's, compiled once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
_MAY_HAVE_DIED = 1.0
"""Seconds unused after which the server may have ended the connection unseen."""


class Statement:
    """Compiled for one database; what it is given and gives back are values that the driver knows as they are."""

    def __init__(self, clause: sa.ClauseElement, engine: sa.Engine, columns: Sequence[str] | None = None) -> None:
        """`columns`: those that an INSERT is given."""
        compiled: Any = clause.compile(dialect=engine.dialect, column_keys=columns)
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._own = {name: value for name, value in compiled.params.items() if value is not None}

    def values(self, given: Mapping[str, Any]) -> Any:
        """As the driver takes them, with those that stand in the clause itself."""
        values = {**self._own, **given}
        return values if self._order is None else [values[name] for name in self._order]


class KeptConnection:
    """To be used by one thread at a time. What fails, fails as the driver says it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._open: Any = None
        self._used = 0.0
        self._waits_for_the_disk = True

    def read(self, statement: Statement, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The one row that the statement finds."""
        return self._done(lambda driver: _first(driver, statement, values))

    def read_all(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Every row that the statement finds."""
        return self._done(lambda driver: list(driver.execute(statement.text, statement.values(values)).fetchall()))

    def write(
        self,
        begin: Sequence[tuple[Statement, Mapping[str, Any]]],
        insert: Statement,
        rows: Sequence[Mapping[str, Any]],
        then: tuple[Statement, Mapping[str, Any]],
        keep: Callable[[tuple[Any, ...]], bool],
        *,
        provisionally: bool = False,
    ) -> tuple[Any, ...]:
        """Insert the rows and look, in one transaction; it is undone unless what was seen is to be kept.

        On PostgreSQL all is sent before the first answer is read: two journeys instead of five. On SQLite a power cut
        may undo what was written `provisionally`, until something else is written; a process's death may not.
        """

        def work(driver: Any) -> tuple[Any, ...]:
            if self._engine.dialect.name == "postgresql":
                with driver.pipeline():
                    driver.execute("BEGIN")
                    seen = _inserted(driver, begin, insert, rows, then)
            else:
                self._wait_for_the_disk(driver, wait=not provisionally)
                driver.execute("BEGIN IMMEDIATE")
                seen = _inserted(driver, begin, insert, rows, then)
            driver.execute("COMMIT" if keep(seen) else "ROLLBACK")
            return seen

        return self._done(work)

    def close(self) -> None:
        """Give it back; the next use opens another."""
        kept, self._open = self._open, None
        if kept is not None:
            with suppress(Exception):
                kept.invalidate()

    def _done(self, work: Callable[[Any], T]) -> T:
        driver = self._living()
        try:
            done = work(driver)
        except Exception:
            self._undo(driver)
            raise
        self._used = time.monotonic()
        return done

    def _undo(self, driver: Any) -> None:
        try:
            driver.rollback()
        except Exception:  # noqa: BLE001  the next use opens another
            self.close()

    def _living(self) -> Any:
        if self._open is not None and time.monotonic() - self._used > _MAY_HAVE_DIED:
            try:
                self._engine.dialect.do_ping(self._open.dbapi_connection)
            except self._engine.dialect.loaded_dbapi.Error:
                self.close()
        if self._open is None:
            self._open, self._waits_for_the_disk = self._engine.raw_connection(), True
            if self._engine.dialect.name == "postgresql":
                self._open.driver_connection.autocommit = True
        return self._open.driver_connection

    def _wait_for_the_disk(self, driver: Any, *, wait: bool) -> None:
        if wait != self._waits_for_the_disk:
            driver.execute(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
            self._waits_for_the_disk = wait


def _inserted(
    driver: Any,
    begin: Sequence[tuple[Statement, Mapping[str, Any]]],
    insert: Statement,
    rows: Sequence[Mapping[str, Any]],
    then: tuple[Statement, Mapping[str, Any]],
) -> tuple[Any, ...]:
    for statement, values in begin:
        driver.execute(statement.text, statement.values(values))
    driver.cursor().executemany(insert.text, [insert.values(row) for row in rows])
    return _first(driver, *then)


def _first(driver: Any, statement: Statement, values: Mapping[str, Any]) -> tuple[Any, ...]:
    row: tuple[Any, ...] = driver.execute(statement.text, statement.values(values)).fetchone()
    return row
