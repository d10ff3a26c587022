"""A database for the simulator: a copy of one that was migrated once, in memory where the machine has such a folder."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.db import Database
from tests.builders.catalogue import CATALOGUE
from tests.builders.clock import SettableClock, at
from tests.integration.billing.engine.base import STARTS

SHARED_MEMORY = Path("/dev/shm")


def memory() -> str | None:
    """Where files are in memory; None where this machine has no such place."""
    return str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None


@cache
def _template() -> Path:
    file = Path(tempfile.mkdtemp(prefix="faults-", dir=memory())) / "template.db"
    clock = SettableClock(min(at(start) for start in STARTS))
    billing = Billing.open(Settings(database_url=f"sqlite:///{file}"), clock=clock)
    billing.load_catalogue_text(CATALOGUE)
    billing.close()
    return file


def fast_database(folder: Path) -> Database:
    """Not durable: what dies here is an operation, never the machine, and a kept commit is in the file's cache."""
    file = folder / "billing.db"
    shutil.copy(_template(), file)
    database = Database(f"sqlite:///{file}")

    @sa.event.listens_for(database.engine, "connect")
    def _fast(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return database
