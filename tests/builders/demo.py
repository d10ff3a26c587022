"""The demo data, loaded once a run of the tests and day: ten seconds, where a copy takes a moment."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from billing import migrations as billings
from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from gateway import migrations
from tests.builders import postgresql
from tests.builders.copies import copy_rows
from tests.builders.shared import once


def demo_database(path: Path, at: datetime | None = None) -> str:
    """The address of an embedded database at `path`, with the demo data of now or then, and the gateway's tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_loaded(at), path)
    return f"sqlite:///{path}"


def demo_template() -> str:
    """The address of a PostgreSQL database with the same, to be copied."""
    return postgresql.template("demo", copy_demo)


def copy_demo(address: str, at: datetime | None = None) -> None:
    """The same into an empty PostgreSQL database. That it can be loaded there too is tested with the demo data."""
    engine = create_engine(address)
    billings.upgrade(engine)
    migrations.upgrade(engine)
    engine.dispose()
    copy_rows(_loaded(at), address)


def _loaded(at: datetime | None) -> Path:
    return once(f"demo-{at or 'now'}.db".replace(" ", "T"), lambda path: _load(path, at))


def _load(path: Path, at: datetime | None) -> None:
    settings = Settings(database_url=f"sqlite:///{path}")
    billing = Billing.open(settings, clock=lambda: at) if at else Billing.open(settings)
    assert billing.load_demo() is True
    migrations.upgrade(billing.database.engine)
    billing.close()
    with sqlite3.connect(path) as database:  # all of it in the one file that is copied
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
