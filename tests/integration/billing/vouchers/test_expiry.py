"""Expired remainders are posted out, once, when no late use can need them any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from billing.ledger import service as ledger
from billing.vouchers.expiry import SETTLED_AFTER
from tests.builders.accounts import a_voucher, an_account, use
from tests.builders.clock import NOON
from tests.builders.money import usd

END = NOON + timedelta(days=10)


@pytest.fixture
def account(billing):
    account = an_account(billing)
    a_voucher(billing, account, usd(10), expires_at=END)
    return account


def kept(billing, account):
    with billing.database.snapshot() as session:
        return ledger.balance(session, account, "voucher", "USD", "1")


def test_the_balance_is_right_before_and_after_a_remainder_is_posted_out(billing, clock, account):
    use(billing, account, 20)
    clock.set(END)
    assert billing.balance(account).available == usd(0)
    assert [v.status for v in billing.vouchers(account)] == ["expired"]
    assert billing.expire_vouchers() == 0  # use from before may still be told

    clock.set(END + SETTLED_AFTER)
    assert (billing.expire_vouchers(), kept(billing, account)) == (1, usd(0))
    assert billing.balance(account).available == usd(0)
    newest = billing.credit_history(account).entries[0]
    assert (newest.kind, newest.bucket, newest.amount, newest.at) == ("voucher_expired", "voucher", usd(-9), END)


def test_use_that_is_told_late_is_charged_to_the_voucher_that_was_good_then(billing, clock, account):
    clock.set(END + SETTLED_AFTER - timedelta(seconds=1))
    billing.expire_vouchers()

    use(billing, account, 20, at=END - timedelta(seconds=1))
    use(billing, account, 20, at=END)

    assert (kept(billing, account), billing.balance(account).owed) == (usd(9), usd(1))


def test_it_runs_late_twice_and_at_once_with_one_effect(billing, clock, account):
    for _ in range(5):
        a_voucher(billing, account, usd(1), expires_at=END)
    a_voucher(billing, account, usd(3))
    clock.set(END + timedelta(days=400))

    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda _: billing.expire_vouchers(), range(6)))

    assert sum(done) == 6
    assert billing.expire_vouchers() == 0
    assert billing.balance(account).available == usd(3)


def test_it_can_run_as_of_an_instant(billing, account):
    assert billing.expire_vouchers(END + SETTLED_AFTER - timedelta(microseconds=1)) == 0
    assert billing.expire_vouchers(END + SETTLED_AFTER) == 1
