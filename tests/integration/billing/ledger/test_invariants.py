"""Each test breaks one invariant behind the program's back; `verify` must find that one, and say where."""

from __future__ import annotations

import pytest

from billing.api import Billing
from billing.config import Settings
from billing.ledger import invariants
from tests.builders.accounts import a_top_up, a_voucher, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import at
from tests.builders.money import usd

UNLOCK = {
    "sqlite": [
        f"DROP TRIGGER {table}_no_{verb}"
        for table in ("ledger_entry", "ledger_transaction")
        for verb in ("update", "delete")
    ],
    "postgresql": [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in ("ledger_entry", "ledger_transaction")],
}
CLEARING = "(SELECT id FROM ledger_account WHERE owner = 'acme' AND kind = 'clearing')"
EMPTY = (
    "INSERT INTO ledger_transaction (id, key, owner, kind, at) VALUES (1001, 'k', 'acme', 'usage', '2026-03-10 00:00')"
)
SWAP = ["UPDATE ledger_entry SET units = -units", "UPDATE ledger_account SET balance = -balance"]

# the invariant → what breaks it, where that is told, which others it cannot but break
BREAKS = {
    "every_transaction_sums_to_zero": (
        ["UPDATE ledger_entry SET units = units + 1 WHERE ledger_account_id = " + CLEARING],
        "transaction 1",
        {"every_balance_equals_its_entries"},
    ),
    "every_transaction_has_entries": (
        [EMPTY],
        "transaction 1001",
        set(),
    ),
    "every_balance_equals_its_entries": (
        ["UPDATE ledger_account SET balance = balance + 1 WHERE owner = 'acme' AND kind = 'top_up'"],
        "acme/top_up",
        set(),
    ),
    "every_entry_stays_with_its_owner": (
        ["UPDATE ledger_transaction SET owner = 'sakura' WHERE id = 1"],
        "entry 1",
        set(),
    ),
    "every_account_keeps_one_currency": (
        ["UPDATE ledger_account SET currency = 'JPY' WHERE owner = 'acme'"],
        "acme/clearing/test_card",
        set(),
    ),
    "no_credit_is_overdrawn": (SWAP, "acme/voucher/1", {"nothing_owed_is_negative"}),
    "nothing_owed_is_negative": (SWAP, "acme/owed", {"no_credit_is_overdrawn"}),
}


@pytest.fixture
def billing(database_url, clock, tmp_path):
    """Not the one that must be whole afterwards: a top-up, a voucher, and use of which some is owed."""
    opened = Billing.open(Settings(database_url=database_url), clock=clock)
    opened.load_catalogue(a_catalogue(tmp_path))
    account = an_account(opened)
    an_account(opened, "sakura", currency="JPY")
    a_top_up(opened, account, 25)
    use(opened, account, 600)
    a_voucher(opened, account, usd(10), expires_at=at("2026-06-01"))
    yield opened
    opened.close()


def run(billing, statements):
    engine = billing.database.engine
    with engine.begin() as connection:
        for statement in [*UNLOCK[engine.dialect.name], *statements]:
            connection.exec_driver_sql(statement)


def test_a_ledger_that_nobody_touched_is_right(billing):
    assert billing.verify_ledger() == []


def test_there_is_a_break_for_every_invariant():
    assert [invariant.__name__ for invariant in invariants.INVARIANTS] == list(BREAKS)


@pytest.mark.parametrize(("invariant", "broken"), BREAKS.items(), ids=BREAKS.keys())
def test_a_broken_invariant_is_found_and_told_with_where(billing, invariant, broken):
    statements, subject, others = broken

    run(billing, statements)

    found = billing.verify_ledger()
    assert (invariant, subject) in {(violation.invariant, violation.subject) for violation in found}
    assert {violation.invariant for violation in found} <= {invariant, *others}


def test_entries_that_went_missing_are_found(billing):
    run(billing, ["DELETE FROM ledger_entry"])

    found = {violation.invariant for violation in billing.verify_ledger()}

    assert found == {"every_transaction_has_entries", "every_balance_equals_its_entries"}
