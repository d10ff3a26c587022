"""Faults in an operation: between two of its statements, at its commit, or after it, so that the answer is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
import sqlalchemy.exc
from hypothesis import strategies as st

from billing.errors import BillingError

T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """`before`, `after` or `killed` at the statement of that number; or around the commit, whatever its number."""

    kind: str
    statement: int


def faults(*kinds: str) -> st.SearchStrategy[Fault | None]:
    """None about as often as one."""
    return st.none() | st.builds(Fault, st.sampled_from(kinds), st.integers(1, 30))


class Injected(Exception):
    """What a fault raises; no part of billing knows it."""


class Faults:
    """Armed for one operation at a time; `committed` tells whether that kept anything before it failed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._armed: Fault | None = None
        self._seen = 0
        self.fired = self.committed = False
        self._kill = sa.create_engine(engine.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        sa.event.listen(engine, "before_cursor_execute", self._before)
        sa.event.listen(engine, "after_cursor_execute", self._after)
        sa.event.listen(engine, "commit", self._commit)
        self._do_commit = engine.dialect.do_commit
        engine.dialect.do_commit = self._committing  # there is no event after a commit

    def strike(self, fault: Fault, call: Callable[[], T]) -> T | None:
        """The operation with the fault in it; None where that stopped it. It may end before the fault comes."""
        self._armed, self._seen, self.fired, self.committed = fault, 0, False, False
        try:
            return call()
        except BillingError:
            raise
        except (Injected, sa.exc.DBAPIError):
            if not self.fired:
                raise
            return None
        finally:
            self._armed = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Another operation in the middle of this one, with a fault of its own or none."""
        kept = self._armed, self._seen, self.fired, self.committed
        self._armed = None
        try:
            yield
        finally:
            self._armed, self._seen, self.fired, self.committed = kept

    def _due(self, kind: str) -> bool:
        fault = self._armed
        if fault is None or fault.kind != kind or self.fired:
            return False
        return "commit" in kind or self._seen >= fault.statement

    def _before(self, connection: sa.Connection, *_: Any) -> None:
        self._seen += self._armed is not None
        self._raise("before")
        if self._due("killed"):
            self._terminate(connection)

    def _after(self, *_: Any) -> None:
        self._raise("after")

    def _commit(self, connection: sa.Connection) -> None:
        self._raise("before_commit")
        if self._due("killed_at_commit"):
            self._terminate(connection)

    def _committing(self, connection: Any) -> None:
        self._do_commit(connection)
        self.committed |= self._armed is not None
        self._raise("after_commit")

    def _raise(self, kind: str) -> None:
        if self._due(kind):
            self.fired = True
            raise Injected(kind)

    def _terminate(self, connection: sa.Connection) -> None:
        self.fired = True
        victim = connection.connection.driver_connection.info.backend_pid
        with self._kill.connect() as killer:
            killer.exec_driver_sql(f"SELECT pg_terminate_backend({victim}, 5000)")
