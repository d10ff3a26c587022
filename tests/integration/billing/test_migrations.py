from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from billing import migrations
from billing.api import Billing
from billing.config import Settings
from billing.errors import CatalogueMissing
from billing.models import Base
from tests.builders.accounts import a_top_up, an_account
from tests.builders.clock import at
from tests.builders.money import usd


def test_a_migrated_database_is_what_the_models_say(billing):
    assert migrations.differences(billing.database.engine) == []


def test_what_the_models_say_beyond_the_migrations_is_found(billing):
    with billing.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account ADD COLUMN forgotten INTEGER")

    assert [difference[0] for difference in migrations.differences(billing.database.engine)] == ["remove_column"]


def test_a_second_start_keeps_the_data(billing, database_url):
    account = an_account(billing)
    a_top_up(billing, account, 50)
    billing.close()

    again = Billing.open(Settings(database_url=database_url))

    assert again.balance(account).top_up == usd(50)
    again.close()


def test_processes_that_start_at_once_migrate_once(database_url):
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: Billing.open(Settings(database_url=database_url)), range(4)))

    with opened[0].database.engine.connect() as connection:
        versions = connection.exec_driver_sql(f"SELECT count(*) FROM {migrations.VERSION_TABLE}").scalar()
    for billing in opened:
        billing.close()
    assert versions == 1


def test_a_database_without_a_catalogue_is_not_ready(database_url):
    billing = Billing.open(Settings(database_url=database_url))

    with pytest.raises(CatalogueMissing):
        billing.ready()
    billing.close()


def test_a_database_with_a_catalogue_is_ready(billing):
    billing.ready()


def test_an_instant_comes_back_as_the_same_instant_in_utc(billing):
    account = an_account(billing, time_zone="Asia/Tokyo")
    moment = at("2026-03-08T01:59:59.123456-05:00")
    table = Base.metadata.tables["account"]
    with billing.database.engine.begin() as connection:
        connection.execute(sa.update(table).values(created_at=moment))
        kept = connection.scalar(sa.select(table.c.created_at).where(table.c.id == account))

    assert kept == moment
    assert kept.utcoffset().total_seconds() == 0


def test_an_instant_without_a_zone_is_refused(billing):
    table = Base.metadata.tables["account"]
    with (
        pytest.raises(sa.exc.StatementError, match="time zone"),
        billing.database.engine.begin() as connection,
    ):
        connection.execute(sa.update(table).values(created_at=at("2026-03-08").replace(tzinfo=None)))
