"""A database that is lent again is as its template is; one that is not is lent to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from tests.builders import pool
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock
from tests.builders.databases import dump


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch, postgresql_server: str) -> Iterator[None]:
    """Nothing is idle before; what is idle afterwards is dropped."""
    monkeypatch.setattr(pool, "_idle", {})
    yield
    pool.end(postgresql_server)


def lived_in(address: str, tmp_path: Path) -> tuple[dict, dict]:
    """What the database held before an account lived in it, and after."""
    billing = Billing.open(Settings(database_url=address), clock=SettableClock())
    before = dump(billing)
    billing.load_catalogue(a_catalogue(tmp_path))
    account = an_account(billing)
    a_top_up(billing, account, 50)
    use(billing, account, 10)
    after = dump(billing)
    billing.close()
    return before, after


def test_what_was_written_is_gone_and_numbers_begin_anew(idle, postgresql_server, postgresql_template, tmp_path):
    with pool.lent(postgresql_server, postgresql_template) as first:
        before, after = lived_in(first, tmp_path)
    with pool.lent(postgresql_server, postgresql_template) as second:
        assert second == first
        before_again, after_again = lived_in(second, tmp_path)
    assert before_again == before
    assert numbers(after_again) == numbers(after) != numbers(before)


def numbers(held: dict) -> dict[str, list[int]]:
    """Of the rows of each table that the database numbers."""
    return {table: [row[0] for row in rows if isinstance(row[0], int)] for table, rows in held.items()}


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE account ADD COLUMN more INTEGER",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "CREATE TABLE more (id INTEGER)",
        "CREATE INDEX more ON account (name)",
        "DROP TABLE payment CASCADE",
        "CREATE OR REPLACE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "UPDATE billing_version SET version_num = 'another'",
        "DELETE FROM billing_version",
    ],
)
def test_one_that_was_changed_is_not_lent_again(idle, postgresql_server, postgresql_template, change):
    with pool.lent(postgresql_server, postgresql_template) as changed:
        engine = create_engine(changed)
        with engine.begin() as connection:
            connection.exec_driver_sql(change)
        engine.dispose()
    with pool.lent(postgresql_server, postgresql_template) as another:
        assert another != changed
    with pytest.raises(sa.exc.OperationalError), create_engine(changed).connect():
        pass


def test_one_that_somebody_still_uses_is_not_lent_again(idle, postgresql_server, postgresql_template):
    with pool.lent(postgresql_server, postgresql_template) as used:
        engine = create_engine(used)
        connection = engine.connect()
        connection.exec_driver_sql("SELECT 1")
    with pool.lent(postgresql_server, postgresql_template) as another:
        assert another != used
    with pytest.raises(sa.exc.OperationalError):
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
