from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import PaymentDeclined, RechargeKeyReused, TransferNotFound
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.money import usd, won, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_the_same_top_up_twice_credits_the_account_once(billing, clock, account):
    first = a_top_up(billing, account, 50, key="pg-1")
    clock.forward(hours=3)

    again = a_top_up(billing, account, 50, key="pg-1")

    assert again == first
    assert billing.balance(account).top_up == usd(50)


def test_a_retried_recharge_gets_its_first_receipt_however_the_balance_moved_since(billing, account):
    first = a_top_up(billing, account, 50, key="pg-1")
    use(billing, account, 100)

    assert a_top_up(billing, account, 50, key="pg-1").balance == first.balance == usd(50)
    assert billing.balance(account).top_up == usd(45)


def test_a_retried_recharge_gets_its_first_receipt_whatever_the_limits_are_by_now(billing, account, tmp_path):
    first = a_top_up(billing, account, 50, key="pg-1")
    billing.load_catalogue(a_catalogue(tmp_path, limits=('minimum: {USD: "25"', 'minimum: {USD: "75"')))

    assert a_top_up(billing, account, 50, key="pg-1") == first


def test_two_recharges_with_keys_of_their_own_are_two(billing, account):
    first, second = a_top_up(billing, account, 50), a_top_up(billing, account, 50)

    assert first.id != second.id
    assert billing.balance(account).top_up == usd(100)


@pytest.mark.parametrize(
    "terms",
    [
        {"account_id": "acme", "amount": Decimal(51), "method": "card"},
        {"account_id": "acme", "amount": Decimal(50), "method": "e_wallet"},
        {"account_id": "other", "amount": Decimal(50), "method": "card"},
    ],
    ids=["amount", "method", "account"],
)
def test_a_key_spent_on_other_terms_is_refused(billing, account, terms):
    an_account(billing, "other")
    a_top_up(billing, account, 50, key="pg-1")

    with pytest.raises(RechargeKeyReused):
        billing.recharge(**terms, currency=None, key="pg-1")

    assert billing.balance(account).top_up == usd(50)
    assert billing.balance("other").top_up == usd(0)


@pytest.mark.parametrize(("currency", "amount"), [("USD", "25.13"), ("JPY", "3013"), ("KRW", "50013")])
def test_a_declined_card_charges_nothing_and_leaves_the_key_free(billing, currency, amount):
    account = an_account(billing, "declined", currency=currency)

    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            a_top_up(billing, account, amount, key="pg-1")
    assert billing.balance(account).position == 0

    assert a_top_up(billing, account, Decimal(amount) * 2, key="pg-1").status == "completed"


def test_the_card_declines_no_other_amount(billing, account):
    for amount in ("113", "25.31", "1300", "113.10"):
        assert a_top_up(billing, account, amount).status == "completed"


def test_a_transfer_is_pending_until_its_money_came(billing, clock):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")

    receipt = a_top_up(billing, account, 5000, method="bank_transfer")

    assert (receipt.status, receipt.balance) == ("pending", yen(0))
    assert receipt.reference
    assert billing.pending_transfers() == [receipt]
    balance = billing.balance(account)
    assert (balance.available, balance.pending_top_ups) == (yen(0), yen(5000))

    clock.forward(days=2)
    confirmed = billing.confirm_transfer(receipt.id)

    assert (confirmed.id, confirmed.status, confirmed.balance) == (receipt.id, "completed", yen(5000))
    assert confirmed.at == clock.now
    assert confirmed.at.utcoffset().total_seconds() == 9 * 3600
    balance = billing.balance(account)
    assert (balance.available, balance.pending_top_ups) == (yen(5000), yen(0))
    assert billing.pending_transfers() == []


def test_a_transfer_confirmed_twice_is_credited_once(billing, clock):
    account = an_account(billing, "hangang", currency="KRW")
    receipt = a_top_up(billing, account, 50_000, method="bank_transfer")

    first = billing.confirm_transfer(receipt.id)
    clock.forward(days=1)

    assert billing.confirm_transfer(receipt.id) == first
    assert billing.confirm_transfer(receipt.reference) == first
    assert billing.balance(account).top_up == won(50_000)


def test_a_retried_transfer_is_waited_for_once(billing, account):
    first = a_top_up(billing, account, 50, method="bank_transfer", key="pg-1")

    assert a_top_up(billing, account, 50, method="bank_transfer", key="pg-1") == first
    assert billing.balance(account).pending_top_ups == usd(50)


def test_a_transfer_that_nobody_waits_for_is_refused(billing):
    for transfer in ("T-000099", "", "T-", "nothing", "-1", "9" * 17, "9" * 40, "T-1; DROP TABLE top_up", "①"):
        with pytest.raises(TransferNotFound):
            billing.confirm_transfer(transfer)


def test_a_card_payment_is_no_transfer_to_confirm(billing, account):
    receipt = a_top_up(billing, account, 50)

    with pytest.raises(TransferNotFound):
        billing.confirm_transfer(receipt.id)
    assert billing.balance(account).top_up == usd(50)
