"""Databases, and billing on them: a test that asks for `database_url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from billing import migrations
from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from tests import distribution
from tests.builders import compiled, pool, postgresql, shared
from tests.builders.clock import SettableClock

httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)
"""Once a process: it reads all authorities, 40 ms for each client, though most tests talk to this machine by http."""
SHOWN = "shown"
"""A property of this name is printed at the end, also of a test that passes: what CI is to show."""


def pytest_configure(config: pytest.Config) -> None:
    compiled.share()
    if shared.begin():
        config.add_cleanup(shared.end)
        config.add_cleanup(postgresql.end)  # the first: what was added last


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: distribution.turn_of(item.nodeid.partition("::")[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return distribution.Together(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded to be shown, by whatever worker."""
    for reports in (terminalreporter.getreports(outcome) for outcome in ("passed", "failed")):
        for name, value in (each for report in reports for each in report.user_properties):
            if name == SHOWN:
                terminalreporter.write(f"\n{value}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server: the one given, or one of this run's own. Never skipped."""
    yield postgresql.server()
    pool.end(postgresql.server())


@pytest.fixture(scope="session")
def postgresql_template() -> str:
    """A database that was migrated from nothing once a run; copying it is three times as fast as migrating."""
    return postgresql.template("migrated", _migrate)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that was migrated from nothing once a session; each test gets a copy."""
    file = tmp_path_factory.mktemp("template") / "billing.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(address: str) -> None:
    engine = create_engine(address)
    migrations.upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database."""
    if request.param == "sqlite":
        file = tmp_path / "billing.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template")
    with pool.lent(server, template) as address:
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
