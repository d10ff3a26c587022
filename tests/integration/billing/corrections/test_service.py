from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import (
    AccountNotFound,
    AdjustmentKeyReused,
    AmountInvalid,
    AmountTooFine,
    CreditInsufficient,
    NoteInvalid,
)
from tests.builders.accounts import a_plan, a_top_up, an_account
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def adjust(billing, account, amount, *, key="c-1", reason="An apology"):
    return billing.adjust_credit(account, Decimal(amount), reason=reason, key=key, actor="operator:ann")


def test_a_correction_is_posted_told_and_written_to_the_trail(billing, account, clock):
    made = adjust(billing, account, "12.50")

    assert (made.id, made.amount, made.top_up, made.at) == ("C-000001", usd("12.50"), usd("12.50"), clock.now)
    (entry,) = billing.credit_history(account).entries
    assert (entry.kind, entry.bucket, entry.amount) == ("correction", "top_up", usd("12.50"))
    audited = billing.audit_trail(subject=account)[0]
    assert (audited.actor, audited.action, audited.before) == ("operator:ann", "credit.adjust", {"top_up": "0.00"})
    assert audited.after == {"top_up": "12.50", "correction": "C-000001", "reason": "An apology"}


def test_no_more_is_taken_than_the_top_up_credit_though_a_plan_has_more(billing, account):
    a_plan(billing, account, "renderer")
    a_top_up(billing, account, 30)

    with pytest.raises(CreditInsufficient) as refused:
        adjust(billing, account, "-30.01")
    assert refused.value.values == {"available": usd(30)}
    assert adjust(billing, account, "-30").top_up == usd(0)


def test_a_repeat_changes_nothing_and_other_terms_are_refused(billing, account):
    first = adjust(billing, account, 10)
    assert adjust(billing, account, 10) == first
    for amount, reason in ((11, "An apology"), (10, "Another reason")):
        with pytest.raises(AdjustmentKeyReused):
            adjust(billing, account, amount, reason=reason)
    other = an_account(billing, "other")
    assert adjust(billing, other, 10).top_up == usd(10)  # a key is the account's own
    assert len([e for e in billing.audit_trail(subject=account) if e.action == "credit.adjust"]) == 1


@pytest.mark.parametrize(
    ("amount", "reason", "error"),
    [
        ("0", "r", AmountInvalid),
        ("NaN", "r", AmountInvalid),
        ("Infinity", "r", AmountInvalid),
        ("1e400", "r", AmountInvalid),
        ("0.001", "r", AmountTooFine),
        ("1", "", NoteInvalid),
        ("1", "\x00 ", NoteInvalid),
        ("1", "r" * 1001, NoteInvalid),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(billing, account, amount, reason, error):
    with pytest.raises(error):
        adjust(billing, account, amount, reason=reason)
    assert billing.credit_history(account).entries == []
    assert [entry.action for entry in billing.audit_trail(subject=account)] == ["account.create"]


def test_nobodys_credit_cannot_be_corrected(billing):
    with pytest.raises(AccountNotFound):
        adjust(billing, "nobody", 1)


def test_takers_at_once_never_take_more_than_there_is(billing, account):
    adjust(billing, account, 10)

    def take(number):
        try:
            return adjust(billing, account, -4, key=f"take-{number}").amount
        except CreditInsufficient:
            return None

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(take, range(4)))
    assert len([amount for amount in taken if amount]) == 2
    assert billing.balance(account).top_up == usd(2)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cents=st.lists(st.integers(-5000, 5000).filter(bool), max_size=8))
def test_the_credit_is_the_sum_of_what_was_not_refused(billing, cents):
    account = an_account(billing, f"account-{len(billing.accounts())}")
    left = 0
    for number, units in enumerate(cents):
        try:
            told = adjust(billing, account, Decimal(units) / 100, key=f"k-{number}").top_up
        except CreditInsufficient:
            assert left + units < 0
        else:
            left += units
            assert told == usd(Decimal(left) / 100)
    assert billing.balance(account).top_up == usd(Decimal(left) / 100)
