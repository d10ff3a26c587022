"""A process killed between any two statements leaves all of a change, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from billing.config import ROOT
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def killed_at_every_statement(database_url, change):
    command = [sys.executable, "-m", "tests.builders.crashes", database_url, change]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    *kills, last = json.loads(done.stdout)
    assert all(kill["killed"] for kill in kills)
    assert not last["killed"]
    return [kill["held"] for kill in kills], last["held"]


def test_a_recharge_killed_at_any_statement_leaves_nothing_and_its_retry_credits_once(billing, database_url, account):
    kills, last = killed_at_every_statement(database_url, "recharge")

    assert len(kills) >= 5
    assert all(set(kill.values()) == {0} for kill in kills)
    assert (last["top_up"], last["ledger_transaction"], last["ledger_entry"]) == (1, 1, 2)
    assert billing.balance(account).top_up == usd(50)
    assert a_top_up(billing, account, 50, key="k-1").status == "completed"
    assert billing.balance(account).top_up == usd(50)


def test_use_killed_at_any_statement_leaves_nothing_and_its_retry_counts_once(billing, database_url, account):
    kills, last = killed_at_every_statement(database_url, "use")

    assert len(kills) >= 5
    assert all(set(kill.values()) == {0} for kill in kills)
    assert (last["usage_event"], last["usage_charge"], last["ledger_transaction"]) == (1, 1, 1)
    assert use(billing, account, 10, event_id="e-1") == "repeated"
    assert billing.balance(account).owed == usd("0.5")
