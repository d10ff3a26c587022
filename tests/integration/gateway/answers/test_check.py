"""Every numeral of every answer follows from the database alone; what is changed there or in a text does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from random import Random

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.money import Money
from billing.proof.numerals import numerals, plain
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
def changed(billing: Billing, table: str, number: int, column: str, by: int = 700_000_000) -> Iterator[None]:
    """The row has so many units more meanwhile, though the database refuses changes."""

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

    add(by)
    try:
        yield
    finally:
        add(-by)


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


def said_instead(billing: Billing, message: dict, text: str) -> None:
    """The only kept answer has another text."""
    with billing.database.transaction() as session:
        turn = session.scalars(sa.select(TurnRow).join(AnswerTraceRow, AnswerTraceRow.turn_id == TurnRow.id)).one()
        turn.reply = [message | {"text": text}]


def test_a_figure_that_is_now_anothers_fails(billing: Billing, asking: Asking, month: Month) -> None:
    """Top-up credit of 45 and a voucher of 38 are said; by the entries it is the other way round, with the same sum."""
    a_top_up(billing, "acme", 45)
    a_voucher(billing, "acme", Money.of("38", "USD"))
    replies = [asking.ask("acme", "show_balance", language) for language in LANGUAGES]
    ids, answers = [reply[0]["answer_id"] for reply in replies], Answers(billing)
    assert [each.orphans for answer in ids for each in answers.check(answer)] == [[], [], []]

    with (
        changed(billing, ENTRY, newest(billing, ENTRY, "top_up"), "units", -700_000_000),
        changed(billing, ENTRY, newest(billing, ENTRY, "voucher"), "units"),
    ):
        for answer in ids:
            [checked] = answers.check(answer)
            assert len(checked.orphans) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_two_figures_in_each_others_places_fail_the_check(
    billing: Billing, asking: Asking, used, topic, language
) -> None:
    a_voucher(billing, "acme", Money.of("11", "USD"))
    confirmed(billing, "acme", "starter", "yearly")
    [said] = asking.ask("acme", topic, language)
    text = "\n".join(map(plain, said["text"].splitlines()))
    swapped = list(swaps(text))
    assert swapped
    for other in Random(5).sample(swapped, min(len(swapped), 12)):
        said_instead(billing, said, other)
        [checked] = Answers(billing).check(said["answer_id"])
        assert checked.orphans, other


def swaps(text: str) -> Iterator[str]:
    """The text with any two numerals of a kind, which are not the same, in each other's places."""
    places, end = [], 0
    for each in numerals(text):
        begin = text.index(each.text, end)
        end = begin + len(each.text)
        places.append((each.kind, each.text, begin, end))
    for (kind, one, begin, until), (other_kind, other, at, to) in combinations(places, 2):
        if kind == other_kind and one != other:
            yield text[:begin] + other + text[until:at] + one + text[to:]


def test_a_line_that_is_left_out_fails_the_check(billing: Billing, asking: Asking, used: None) -> None:
    [said] = asking.ask("acme", "show_credit_history")
    lines = said["text"].splitlines()
    said_instead(billing, said, "\n".join(lines[:-1]))
    [checked] = Answers(billing).check(said["answer_id"])
    assert [each.reason for each in checked.orphans] == ["a record of entry is left out"]
