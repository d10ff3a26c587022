"""What was tampered with is found, and told with where."""

from __future__ import annotations

import pytest

from billing.api import Billing
from billing.config import Settings
from billing.metering import invariants
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.catalogue import a_catalogue

DAY = "acme/2026-03-10/bot_session/plan/1"
BREAKS = {
    "every_event_is_charged_whole": (["UPDATE usage_event SET quantity = quantity + 1"], "usage event 1"),
    "every_charge_is_in_the_ledger": (
        ["UPDATE usage_charge SET units = units + 1", "UPDATE usage_day SET units = units + 1"],
        "acme",
    ),
    "every_plans_usage_equals_its_charges": (["UPDATE plan_usage SET quantity = quantity - 1"], "1/bot_session"),
    "every_days_usage_equals_its_charges": (["UPDATE usage_day SET quantity = quantity + 1"], DAY),
}


@pytest.fixture
def billing(database_url, clock, tmp_path):
    """Not the one that must be whole afterwards."""
    opened = Billing.open(Settings(database_url=database_url), clock=clock)
    opened.load_catalogue(a_catalogue(tmp_path))
    a_plan(opened, an_account(opened))
    use(opened, "acme", 10)
    yield opened
    opened.close()


def test_there_is_a_break_for_every_invariant():
    assert [invariant.__name__ for invariant in invariants.INVARIANTS] == list(BREAKS)


@pytest.mark.parametrize(("invariant", "broken"), BREAKS.items(), ids=BREAKS.keys())
def test_broken_usage_is_found_and_told_with_where(billing, invariant, broken):
    statements, subject = broken
    assert billing.verify_ledger() == []
    with billing.database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)

    assert [(found.invariant, found.subject) for found in billing.verify_ledger()] == [(invariant, subject)]


@pytest.mark.parametrize(
    ("statement", "subjects"),
    [
        ("UPDATE usage_day SET units = units - 1", [DAY]),
        ("UPDATE usage_day SET last_at = '2026-03-10 11:00:00.000000'", [DAY, DAY]),  # nothing was posted then
        ("UPDATE usage_day SET transaction_id = 1", [DAY]),
        ("UPDATE usage_day SET day = '2026-03-11'", [DAY, DAY.replace("03-10", "03-11")]),
        (
            "UPDATE usage_day SET bucket = 'owed', ref = ''",
            [DAY, "acme/2026-03-10/bot_session/owed", "acme/2026-03-10/bot_session/owed"],
        ),
        ("DELETE FROM usage_day", [DAY]),
    ],
)
def test_a_day_that_was_tampered_with_is_named(billing, statement, subjects):
    with billing.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)

    found = billing.verify_ledger()

    assert {violation.invariant for violation in found} == {"every_days_usage_equals_its_charges"}
    assert sorted(violation.subject for violation in found) == sorted(subjects)
