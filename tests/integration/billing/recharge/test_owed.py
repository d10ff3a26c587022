"""A top-up pays first what is owed: nothing stays unpaid beside credit that could pay it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    """Who owes 12 dollars: 240 sessions at 5 cents, and no credit."""
    known = an_account(billing)
    use(billing, known, 240)
    return known


def test_a_top_up_pays_first_what_is_owed(billing, account):
    receipt = a_top_up(billing, account, 50)

    assert (receipt.amount, receipt.pays_owed, receipt.balance) == (usd(50), usd(12), usd(38))
    balance = billing.balance(account)
    assert (balance.top_up, balance.owed, balance.available) == (usd(38), usd(0), usd(38))
    assert billing.verify_ledger() == []


def test_a_top_up_that_is_less_than_what_is_owed_pays_a_part_of_it(billing, account):
    use(billing, account, 560)

    receipt = a_top_up(billing, account, 25)

    assert (receipt.pays_owed, receipt.balance) == (usd(25), usd(0))
    assert billing.balance(account).owed == usd(15)


def test_the_terms_say_what_of_a_top_up_pays_what_is_owed(billing, account):
    assert billing.top_up_terms(account, Decimal(50), "USD", "card").pays_owed == usd(12)


def test_the_terms_of_who_owes_nothing_say_so(billing):
    assert billing.top_up_terms(an_account(billing), Decimal(50), "USD", "card").pays_owed == usd(0)


def test_a_repeated_top_up_pays_what_is_owed_once(billing, account):
    first = a_top_up(billing, account, 50, key="once")
    use(billing, account, 1000)

    assert a_top_up(billing, account, 50, key="once") == first
    assert billing.balance(account).owed == usd(12)


def test_a_transfer_pays_what_is_owed_when_its_money_came(billing, account):
    asked = a_top_up(billing, account, 50, method="bank_transfer")
    assert (asked.pays_owed, billing.balance(account).owed) == (usd(0), usd(12))
    use(billing, account, 60)

    came = billing.confirm_transfer(asked.id)

    assert (came.pays_owed, came.balance) == (usd(15), usd(35))
    assert billing.confirm_transfer(asked.id) == came
    assert billing.balance(account).owed == usd(0)


def test_the_credit_history_shows_both_parts_of_such_a_top_up(billing, account, clock):
    clock.forward(hours=1)
    a_top_up(billing, account, 50)

    newest = billing.credit_history(account, limit=2).entries
    assert {(entry.kind, entry.bucket, entry.amount) for entry in newest} == {
        ("top_up", "top_up", usd(38)),
        ("top_up", "owed", usd(12)),
    }


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.integers(0, 900), st.integers(25, 60)), min_size=1, max_size=6))
def test_whatever_is_used_and_topped_up_an_account_never_owes_beside_credit(billing, steps):
    account = an_account(billing, f"account-{len(billing.accounts())}")
    paid_in, used = Decimal(0), Decimal(0)
    for sessions, amount in steps:
        if sessions:
            use(billing, account, sessions)
        a_top_up(billing, account, amount)
        paid_in, used = paid_in + amount, used + sessions * Decimal("0.05")
        balance = billing.balance(account)
        assert balance.top_up.amount - balance.owed.amount == paid_in - used
        assert not (balance.top_up and balance.owed)
