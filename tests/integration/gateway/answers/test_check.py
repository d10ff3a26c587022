"""Every numeral of every answer follows from the database alone; what is changed there or in a text does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.money import Money
from gateway.answers.models import AnswerTraceRow
from gateway.answers.service import Answers
from gateway.conversations.models import TurnRow
from tests.builders.accounts import a_top_up, a_voucher, use
from tests.builders.answers import LANGUAGES, TOPICS, Asking
from tests.builders.life import confirmed
from tests.builders.months import ACCOUNTS, Month

CHECKED = int(os.environ.get("CHECKED", "240"))
ENTRY, CHARGE = "ledger_entry", "usage_charge"


def test_no_numeral_is_orphaned_in_any_language(billing: Billing, asking: Asking, month: Month) -> None:
    for _ in range(CHECKED):
        month.pass_time(deeds=1)
        asking.at_random(month.rng, [*ACCOUNTS])

    checked = list(Answers(billing).check())

    assert len(checked) == CHECKED
    assert {each.message_id: each.orphans for each in checked if each.orphans} == {}
    assert sum(each.numerals for each in checked) > 3 * CHECKED


@pytest.fixture
def used(billing: Billing, asking: Asking, month: Month, clock) -> None:
    """An account with all that an answer can tell of: plan, voucher, top-up credit, uses, an invoice."""
    a_top_up(billing, "acme", 137)
    a_voucher(billing, "acme", Money.of("23.45", "USD"))
    confirmed(billing, "acme", "starter")
    for number in range(16):
        clock.forward(days=1)
        use(billing, "acme", Decimal(7 + number), at=clock.now - timedelta(hours=2))
        use(billing, "acme", Decimal("0.1") * (number + 1), "gpu_container")
    clock.forward(days=1)


@contextmanager
def changed(billing: Billing, table: str, number: int, column: str) -> Iterator[None]:
    """The row has one unit more of a coin meanwhile, though the database refuses changes."""

    def add(units: int) -> None:
        with billing.database.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
                triggers = connection.execute(sa.text(query), {"table": table}).all()
                for name, _ in triggers:
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                triggers = []
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute(
                sa.text(f"UPDATE {table} SET {column} = {column} + :units WHERE id = :id"),
                {"units": units, "id": number},
            )
            for _, sql in triggers:
                connection.exec_driver_sql(sql)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    add(700_000_000)
    try:
        yield
    finally:
        add(-700_000_000)


def newest(billing: Billing, table: str, bucket: str) -> int:
    """The newest row of a table that moved a bucket."""
    query = {
        ENTRY: "SELECT max(entry.id) FROM ledger_entry entry JOIN ledger_account place"
        " ON place.id = entry.ledger_account_id WHERE place.owner = 'acme' AND place.kind = :bucket",
        CHARGE: "SELECT max(id) FROM usage_charge WHERE bucket = :bucket AND units > 0",
    }
    with billing.database.snapshot() as session:
        return int(session.scalar(sa.text(query[table]), {"bucket": bucket}))


@pytest.mark.parametrize(
    ("topic", "table", "bucket"),
    [
        ("show_balance", ENTRY, "top_up"),
        ("show_allowed_sessions", ENTRY, "top_up"),
        ("show_plan", ENTRY, "plan"),
        ("show_forecast", ENTRY, "top_up"),
        ("show_forecast", CHARGE, "top_up"),
        ("show_usage", CHARGE, "top_up"),
        ("show_service_usage", CHARGE, "top_up"),
        ("show_credit_history", CHARGE, "top_up"),
    ],
)
def test_one_changed_entry_fails_the_check(billing: Billing, asking: Asking, used: None, topic, table, bucket) -> None:
    if bucket == "plan":
        confirmed(billing, "acme", "starter", "yearly")
    replies = [asking.ask("acme", topic, language) for language in LANGUAGES]
    ids = [reply[0]["answer_id"] for reply in replies]
    answers = Answers(billing)
    assert [each.orphans for answer in ids for each in answers.check(answer)] == [[], [], []]

    with changed(billing, table, newest(billing, table, bucket), "units"):
        assert all(each.orphans for answer in ids for each in answers.check(answer))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_one_changed_numeral_fails_the_check(billing: Billing, asking: Asking, used: None, topic, language) -> None:
    [said] = asking.ask("acme", topic, language)
    [checked] = Answers(billing).check(said["answer_id"])
    assert checked.numerals
    assert checked.orphans == []

    with billing.database.transaction() as session:
        turn = session.scalars(sa.select(TurnRow).join(AnswerTraceRow, AnswerTraceRow.turn_id == TurnRow.id)).one()
        turn.reply = [said | {"text": said["text"] + "\n$98,765.43"}]
    [checked] = Answers(billing).check(said["answer_id"])
    assert [orphan.text for orphan in checked.orphans] == ["$98,765.43"]
