"""The demo data, loaded once a run of the tests: ten seconds, where a copy takes a moment."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from billing.api import Billing
from billing.config import Settings
from gateway import migrations

_RUN = "BILLING_TEST_RUN"
"""Names the place of this run's copy to all of its processes."""


def demo_database(path: Path) -> str:
    """The address of an embedded database at `path`, with the demo data and the gateway's tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_prepared(), path)
    return f"sqlite:///{path}"


def _prepared() -> Path:
    """The file that all processes of this run copy; whoever comes first makes it."""
    place = Path(os.environ[_RUN])
    made = place / "demo.db"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            new = place / "new.db"
            billing = Billing.open(Settings(database_url=f"sqlite:///{new}"))
            billing.load_demo()
            migrations.upgrade(billing.database.engine)
            billing.close()
            with sqlite3.connect(new) as database:  # all of it in the one file that is copied
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
            new.replace(made)
    return made


def begin() -> None:
    """Make the place, before any process of the run starts; those that start later find it."""
    if _RUN not in os.environ:
        os.environ[_RUN] = tempfile.mkdtemp(prefix="billing-demo-")


def end() -> None:
    """Remove it, once all are done."""
    shutil.rmtree(os.environ[_RUN], ignore_errors=True)
