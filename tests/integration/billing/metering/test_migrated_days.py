"""A database from before use was summed by day: it is filled with what charging would have kept."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from billing import migrations
from billing.db import create_engine
from billing.metering.models import UsageDay
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.clock import at
from tests.builders.databases import migrate_to
from tests.builders.money import usd

ZONES = ("America/New_York", "America/Havana", "Asia/Tokyo", "UTC")
TABLE = UsageDay.__table__
UNDONE = (
    "DROP TABLE usage_day",
    "DROP INDEX ix_ledger_transaction_not_usage",
    f"UPDATE {migrations.VERSION_TABLE} SET version_num = '0007'",
)


def test_use_that_was_there_is_summed_by_the_accounts_days(billing, clock, database_url):
    clock.set("2026-03-06")
    for account in ZONES:
        an_account(billing, account, time_zone=account)
        a_plan(billing, account)
        a_voucher(billing, account, usd("0.3"))
        a_voucher(billing, account, usd("0.2"))
        a_top_up(billing, account, 25)
    clock.set("2026-03-11")
    for number in range(40):
        moment = at("2026-03-07T23:59:59.999999") + timedelta(minutes=90 * (number * 7 % 40))
        use(billing, ZONES[number % 4], 9, "bot_session" if number % 3 else "gpu_container", at=moment)
    use(billing, "UTC", "0.001", "inference")
    before = days(database_url)
    assert len(before) > 20

    engine = create_engine(database_url)
    with engine.begin() as connection:
        for statement in UNDONE:
            connection.exec_driver_sql(statement)
        migrate_to(connection, "0008")
    engine.dispose()

    assert days(database_url) == before


def days(address):
    engine = create_engine(address)
    with engine.connect() as connection:
        found = connection.execute(sa.select(TABLE).order_by(*TABLE.primary_key)).all()
    engine.dispose()
    return found
