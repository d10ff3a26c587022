"""Databases for properties of many events: each example has a copy of its own of what was prepared once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from billing.api import Billing
from billing.config import Settings
from billing.db import Database
from tests.builders.clock import SettableClock
from tests.builders.databases import a_database

Copies = Callable[[Callable[[str, Path], None], datetime], Callable[[], Billing]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Called with what fills a database (its address, a folder for files) and an instant: what opens a copy then."""
    folder = tmp_path_factory.mktemp("copies")
    with ExitStack() as held_open:

        def copy(number: int, template: str | None) -> str:
            if request.param == "sqlite":
                path = folder / f"{number}.db"
                if template is not None:
                    shutil.copy(folder / "0.db", path)
                return f"sqlite:///{path}"
            server = request.getfixturevalue("postgresql_server")
            migrated = request.getfixturevalue("postgresql_template")
            return held_open.enter_context(a_database(server, template=template or migrated, durable=False))

        def of(prepare: Callable[[str, Path], None], now: datetime) -> Callable[[], Billing]:
            prepared = copy(0, None)
            prepare(prepared, folder)
            numbers = count(1)

            def open_one() -> Billing:
                billing = Billing(Database(copy(next(numbers), prepared)), Settings(), SettableClock(now))
                held_open.callback(billing.close)
                return billing

            return open_one

        yield of
