"""A process killed between any two statements leaves all of a change, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.crashes import held, killed_at_every_statement
from tests.builders.life import confirmed
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_a_recharge_killed_at_any_statement_leaves_nothing_and_its_retry_credits_once(billing, database_url, account):
    before = held(database_url)
    kills, last = killed_at_every_statement(database_url, "recharge")

    assert len(kills) >= 3
    assert all(kill == before for kill in kills)
    assert (last["top_up"], last["ledger_transaction"], last["ledger_entry"]) == (1, 1, 2)
    assert billing.balance(account).top_up == usd(50)
    assert a_top_up(billing, account, 50, key="k-1").status == "completed"
    assert billing.balance(account).top_up == usd(50)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # transfers/test_any_order.py has SQLite
def test_a_statement_killed_at_any_statement_leaves_its_line_credited_or_not_there(billing, database_url, account):
    a_top_up(billing, account, 100, method="bank_transfer")
    before = held(database_url)
    kills, last = killed_at_every_statement(database_url, "take_statement")

    assert (last["bank_line"], last["ledger_transaction"], last["audit"]) == (1, 1, before["audit"] + 2)
    credited = last | {"audit": before["audit"] + 1}  # all but the note that the file was imported
    assert [kill for kill in kills if kill not in (before, credited)] == []
    assert kills.index(credited) >= 6
    assert billing.balance(account).top_up == usd(60)


def test_use_killed_at_any_statement_leaves_nothing_and_its_retry_counts_once(billing, database_url, account):
    before = held(database_url)
    kills, last = killed_at_every_statement(database_url, "use")

    assert len(kills) >= 5
    assert all(kill == before for kill in kills)
    assert (last["usage_event"], last["usage_charge"], last["ledger_transaction"]) == (1, 1, 1)
    assert use(billing, account, 10, event_id="e-1") == "repeated"
    assert billing.balance(account).owed == usd("0.5")


def test_a_batch_killed_at_any_statement_leaves_nothing_and_its_retry_counts_all(billing, database_url, account):
    before = held(database_url)
    kills, last = killed_at_every_statement(database_url, "use_in_bulk")

    assert len(kills) >= 5
    assert all(kill == before for kill in kills)
    assert (last["usage_event"], last["usage_charge"], last["ledger_transaction"]) == (70, 70, 1)
    assert billing.balance(account).owed == usd("3.5")


@pytest.mark.parametrize(("change", "periods"), [("confirm", 1), ("pause", 1), ("renew", 2), ("upgrade", 2)], ids=str)
def test_a_step_in_a_plans_life_killed_at_any_statement_leaves_nothing(
    billing, database_url, account, clock, change, periods
):
    clock.set(datetime.now(UTC) - timedelta(days=3))  # the other process lives by the real clock
    if change == "confirm":
        billing.prepare_plan(account, "starter", "monthly", payment_method="card")
    else:
        confirmed(billing, account, payment_option="partial_upfront")
    clock.set(datetime.now(UTC))
    before = held(database_url)

    kills, last = killed_at_every_statement(database_url, change)

    assert len(kills) >= 4
    assert all(kill == before for kill in kills)
    assert (last["plan_action"], last["subscription"]) == (before["plan_action"] + 1, periods)
    assert last["audit"] == before["audit"] + 1
    assert billing.plan_receipt_of(account, "k-1") is not None
    assert billing.verify_ledger() == []


def test_billing_killed_at_any_statement_leaves_no_half_invoice_and_bills_once(billing, database_url, account, clock):
    clock.set(datetime.now(UTC) - timedelta(days=3))
    confirmed(billing, account, payment_option="pay_later")
    use(billing, account, 10)
    before = held(database_url)

    kills, last = killed_at_every_statement(database_url, "bill")

    assert len(kills) >= 4
    assert all(kill == before for kill in kills)
    assert (last["invoice"], last["invoice_line"]) == (1, 1)
    assert billing.invoices(account)[0].total == usd("0.40")
    clock.forward(days=40)
    assert billing.bill_due().issued == []
