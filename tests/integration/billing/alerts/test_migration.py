"""A database from before there were alerts: what its accounts crossed then is nobody's news."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from billing import migrations
from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from tests.builders.accounts import a_plan, a_top_up, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.databases import a_database, migrate_to

NEW = ("alert", "alert_watch", "correction")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path: Path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    with a_database(request.getfixturevalue("postgresql_server")) as address:
        yield address


def migrate(engine: sa.Engine, revision: str) -> None:
    with engine.begin() as connection:
        migrate_to(connection, revision)


def test_accounts_that_were_there_are_watched_from_now_on(empty_url, clock, tmp_path):
    engine = create_engine(empty_url)
    migrate(engine, "0005")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO account (id, name, currency, time_zone, language, support_tier, created_at) "
            "VALUES ('acme', 'Acme', 'USD', 'UTC', 'en', 'basic', '2026-01-01 00:00:00')"
        )
        assert not set(NEW) & set(sa.inspect(connection).get_table_names())
    migrate(engine, "head")
    with engine.begin() as connection:
        watched = connection.exec_driver_sql("SELECT account_id, position, used FROM alert_watch").one()
    assert (watched[0], watched[1]) == ("acme", 0)
    engine.dispose()

    billing = Billing.open(Settings(database_url=empty_url), clock=clock)
    billing.load_catalogue(a_catalogue(tmp_path))
    clock.set("2100-01-01")
    a_top_up(billing, "acme", 50)
    a_plan(billing, "acme", "renderer")
    clock.forward(hours=1)
    use(billing, "acme", 49, "gpu_container")
    assert billing.check_alerts().raised == 2  # 80 and 90 %
    an_account(billing, "new")
    assert billing.check_alerts().raised == 0
    assert migrations.differences(billing.database.engine) == []
    billing.close()
