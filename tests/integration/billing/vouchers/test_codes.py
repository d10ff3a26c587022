"""Codes: redeemed once per account and key, never more often than allowed, and not to be guessed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from billing.errors import (
    AmountNotPositive,
    AmountTooFine,
    BillingError,
    CurrencyMismatch,
    ServiceNotFound,
    VoucherAlreadyRedeemed,
    VoucherCodeExists,
    VoucherCurrencyMismatch,
    VoucherExpired,
    VoucherKeyReused,
    VoucherNotFound,
    VoucherRevoked,
    VoucherTopUpNeeded,
    VoucherTriesExceeded,
    VoucherUnknown,
    VoucherUsedUp,
)
from billing.vouchers import guard
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.clock import NOON
from tests.builders.money import usd, yen
from tests.builders.threads import THREADS, at_once


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_a_code_gives_its_credit_with_its_scope_and_expiry(billing, account):
    billing.create_voucher_code(
        usd(50), code="welcome50", services=["inference"], expires_at=NOON + timedelta(days=30), uses=3
    )

    terms = billing.voucher_terms(account, "WELCOME50")
    redeemed = billing.redeem_voucher(account, " Welcome50 ", key="k-1")

    assert (terms.amount, terms.services, str(terms.expires_on)) == (usd(50), ["inference"], "2026-04-09")
    assert (redeemed.amount, redeemed.remaining, redeemed.status) == (usd(50), usd(50), "active")
    assert (redeemed.services, redeemed.expires_on) == (terms.services, terms.expires_on)
    assert billing.balance(account).voucher_total == usd(50)
    assert billing.vouchers(account) == [redeemed]


def test_a_code_typed_with_wide_letters_is_the_same_code(billing, account):
    billing.create_voucher_code(usd(5), code="WELCOME50")

    assert billing.redeem_voucher(account, "ＷＥＬＣＯＭＥ５０", key="k-1").amount == usd(5)


def test_credit_may_be_good_for_days_from_redemption(billing, account, clock):
    billing.create_voucher_code(usd(5), code="WELCOME", valid_days=10, expires_at=NOON + timedelta(days=30))
    clock.forward(days=29)

    assert billing.redeem_voucher(account, "WELCOME", key="k-1").expires_at == NOON + timedelta(days=39)


def test_a_repeat_of_the_key_gives_the_same_voucher_whatever_has_changed_since(billing, account, clock):
    made = billing.create_voucher_code(usd(5), code="WELCOME", expires_at=NOON + timedelta(days=1))
    first = billing.redeem_voucher(account, "WELCOME", key="k-1")
    billing.revoke_voucher_code(made.detail.id)

    assert billing.redeem_voucher(account, "WELCOME", key="k-1") == first
    clock.forward(days=2)
    assert billing.redeem_voucher(account, "WELCOME", key="k-1").id == first.id
    with pytest.raises(VoucherKeyReused):
        billing.redeem_voucher(account, "ANOTHER", key="k-1")
    assert [row.uses_left for row in billing.voucher_codes()] == [0]


def test_one_account_redeems_a_code_once(billing, account):
    billing.create_voucher_code(usd(5), code="WELCOME", uses=5)
    billing.redeem_voucher(account, "WELCOME", key="k-1")

    with pytest.raises(VoucherAlreadyRedeemed):
        billing.redeem_voucher(account, "WELCOME", key="k-2")
    with pytest.raises(VoucherAlreadyRedeemed):
        billing.voucher_terms(account, "WELCOME")
    assert billing.balance(account).voucher_total == usd(5)


def test_what_is_not_good_is_refused_with_its_reason(billing, account):
    other = an_account(billing, "other")
    billing.create_voucher_code(usd(5), code="ONCE")
    billing.redeem_voucher(other, "ONCE", key="k-1")
    billing.create_voucher_code(usd(5), code="OLD", expires_at=NOON)
    billing.create_voucher_code(yen(5), code="YEN")
    billing.revoke_voucher_code(billing.create_voucher_code(usd(5), code="GONE").detail.id)

    for code, refusal in {
        "NONE": VoucherUnknown,
        "ONCE": VoucherUsedUp,
        "OLD": VoucherExpired,
        "YEN": VoucherCurrencyMismatch,
        "GONE": VoucherRevoked,
    }.items():
        with pytest.raises(refusal):
            billing.voucher_terms(account, code)
        with pytest.raises(refusal):
            billing.redeem_voucher(account, code, key=code)
    assert billing.vouchers(account) == []


def test_a_minimum_top_up_is_asked_for_and_each_top_up_serves_one_code(billing, account, clock):
    a_top_up(billing, account, 100)  # before the code was there
    clock.forward(minutes=1)
    for code in ("FIRST", "SECOND"):
        billing.create_voucher_code(usd(20), code=code, minimum_top_up=usd(50))

    with pytest.raises(VoucherTopUpNeeded) as refused:
        billing.redeem_voucher(account, "FIRST", key="k-1")
    assert refused.value.values == {"minimum": usd(50)}
    a_top_up(billing, account, "49.99")
    with pytest.raises(VoucherTopUpNeeded):
        billing.voucher_terms(account, "FIRST")
    a_top_up(billing, account, 60, method="bank_transfer")  # the money has not come
    with pytest.raises(VoucherTopUpNeeded):
        billing.redeem_voucher(account, "FIRST", key="k-1")
    a_top_up(billing, account, 50)

    assert billing.redeem_voucher(account, "FIRST", key="k-1").amount == usd(20)
    with pytest.raises(VoucherTopUpNeeded):
        billing.redeem_voucher(account, "SECOND", key="k-2")


def test_a_top_up_that_paid_what_was_owed_still_serves_a_code_that_asks_for_one(billing, account):
    use(billing, account, 100)
    billing.create_voucher_code(usd(20), code="FIRST", minimum_top_up=usd(50))
    assert a_top_up(billing, account, 50).pays_owed == usd(5)

    assert billing.redeem_voucher(account, "FIRST", key="k-1").amount == usd(20)


def test_after_ten_wrong_codes_in_an_hour_even_a_right_one_waits(billing, account, clock):
    billing.create_voucher_code(usd(5), code="WELCOME")
    other = an_account(billing, "other")
    for number in range(guard.MOST):
        with pytest.raises(VoucherUnknown):
            billing.voucher_terms(account, f"GUESS{number}")
        clock.forward(minutes=1)

    with pytest.raises(VoucherTriesExceeded) as refused:
        billing.redeem_voucher(account, "WELCOME", key="k-right")
    assert refused.value.values == {"minutes": 50}
    assert billing.voucher_terms(other, "WELCOME").amount == usd(5)
    clock.forward(minutes=50)
    assert billing.redeem_voucher(account, "WELCOME", key="k-right").amount == usd(5)


def test_guesses_in_many_threads_are_no_more_than_allowed(billing, account):
    def guess(number):
        refusals = []
        for n in range(4):
            try:
                billing.redeem_voucher(account, f"GUESS{number}-{n}", key=f"{number}-{n}")
            except BillingError as error:
                refusals.append(error.code)
        return refusals

    refusals = Counter(code for codes in at_once(guess) for code in codes)

    assert refusals == {"voucher_unknown": guard.MOST, "voucher_tries_exceeded": 4 * THREADS - guard.MOST}


def test_the_last_uses_go_to_as_many_accounts_as_there_are_uses(billing):
    for number in range(THREADS):
        an_account(billing, f"account-{number}")
    billing.create_voucher_code(usd(5), code="WELCOME", uses=3)

    def redeem(number):
        try:
            return str(billing.redeem_voucher(f"account-{number}", "WELCOME", key="k-1").amount)
        except BillingError as error:
            return error.code

    assert Counter(at_once(redeem)) == {"5.00 USD": 3, "voucher_used_up": THREADS - 3}
    assert billing.voucher_codes()[0].uses_left == 0


def test_one_account_in_many_threads_redeems_once(billing, account):
    billing.create_voucher_code(usd(5), code="WELCOME", uses=THREADS)

    same_key = at_once(lambda _: billing.redeem_voucher(account, "WELCOME", key="k-1").id)

    assert len(set(same_key)) == 1
    assert (billing.balance(account).voucher_total, billing.voucher_codes()[0].uses_left) == (usd(5), THREADS - 1)


def test_a_code_is_made_once_and_told_once(billing, account):
    made = billing.create_voucher_code(usd(5), label="spring")

    assert len(made.code.replace("-", "")) == 16
    assert billing.redeem_voucher(account, made.code.lower(), key="k-1").amount == usd(5)
    assert made.code not in str(billing.voucher_codes())
    with pytest.raises(VoucherCodeExists):
        billing.create_voucher_code(usd(9), code=made.code)


def test_a_code_that_cannot_be_is_refused(billing):
    for terms, refusal in (
        ({"amount": usd(0)}, AmountNotPositive),
        ({"amount": usd("0.001")}, AmountTooFine),
        ({"amount": usd(5), "minimum_top_up": yen(5)}, CurrencyMismatch),
        ({"amount": usd(5), "services": ["nothing"]}, ServiceNotFound),
    ):
        with pytest.raises(refusal):
            billing.create_voucher_code(**terms)
    assert billing.voucher_codes() == []


def test_given_credit_is_given_once_and_what_is_left_of_it_can_be_taken_back(billing, account, clock):
    given = billing.give_voucher(account, usd(10), key="goodwill-1", actor="operator:ann")
    assert billing.give_voucher(account, usd(10), key="goodwill-1") == given
    with pytest.raises(VoucherKeyReused):
        billing.give_voucher(account, usd(11), key="goodwill-1")
    use(billing, account, 100)
    clock.forward(days=1)

    revoked = billing.revoke_voucher(given.id, actor="operator:ann")

    assert (revoked.status, revoked.remaining) == ("revoked", usd(0))
    assert billing.revoke_voucher(given.id) == revoked
    assert billing.balance(account).available == usd(0)
    use(billing, account, 10)
    assert billing.balance(account).owed == usd("0.50")
    assert [(e.kind, e.amount) for e in billing.credit_history(account).entries if e.bucket == "voucher"] == [
        ("correction", usd(-5)),
        ("usage", usd(-5)),
        ("voucher", usd(10)),
    ]
    with pytest.raises(VoucherNotFound):
        billing.revoke_voucher("V-999999")
    with pytest.raises(VoucherNotFound):
        billing.revoke_voucher_code("VC-x")


def test_who_did_what_is_in_the_audit_trail_once(billing, account):
    from billing.audit import service as audit

    made = billing.create_voucher_code(usd(5), code="WELCOME", actor="operator:ann")
    for _ in range(2):
        billing.redeem_voucher(account, "WELCOME", key="k-1")
        billing.revoke_voucher_code(made.detail.id, actor="operator:bob")

    with billing.database.snapshot() as session:
        trail = [(row.actor, row.action, row.subject) for row in audit.trail(session)]
    assert [row for row in trail[::-1] if row[1].startswith("voucher")] == [
        ("operator:ann", "voucher_code.create", "VC-000001"),
        ("customer:acme", "voucher.redeem", "V-000001"),
        ("operator:bob", "voucher_code.revoke", "VC-000001"),
    ]
