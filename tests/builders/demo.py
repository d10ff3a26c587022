"""The demo data, loaded once a run of the tests: ten seconds, where a copy takes a moment."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from billing.api import Billing
from billing.config import Settings
from gateway import migrations
from tests.builders import postgresql
from tests.builders.shared import once


def demo_database(path: Path) -> str:
    """The address of an embedded database at `path`, with the demo data and the gateway's tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(once("demo.db", _embedded), path)
    return f"sqlite:///{path}"


def demo_template() -> str:
    """The address of a PostgreSQL database with the same, to be copied."""
    return postgresql.template("demo", _load)


def _embedded(path: Path) -> None:
    _load(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:  # all of it in the one file that is copied
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _load(address: str) -> None:
    billing = Billing.open(Settings(database_url=address))
    billing.load_demo()
    migrations.upgrade(billing.database.engine)
    billing.close()
