from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import (
    AccountNotFound,
    AmountInvalid,
    AmountNotPositive,
    AmountTooFine,
    AmountTooLarge,
    AmountTooSmall,
    CurrencyMismatch,
    PaymentMethodUnknown,
)
from billing.money import Money
from tests.builders.accounts import an_account
from tests.builders.money import usd, yen

REFUSED = {
    "USD": {
        AmountTooSmall: ["24.99", "0.01"],
        AmountTooLarge: ["10000.01", "1e400"],
        AmountTooFine: ["25.005", "25.000000000000000000000000000000000000001", "1e-400"],
        AmountNotPositive: ["0", "-0", "-50", "-1e400"],
        AmountInvalid: ["NaN", "sNaN", "Infinity", "-Infinity"],
    },
    "JPY": {AmountTooFine: ["3000.5"], AmountTooSmall: ["2999"], AmountTooLarge: ["1500001"]},
    "KRW": {AmountTooFine: ["30000.01"], AmountTooSmall: ["29999"], AmountTooLarge: ["13000001"]},
}
TAKEN = {
    "USD": {"25": 25, "25.00": 25, "25.0000000000000000000000000000000000": 25, "10000": 10_000, "1e3": 1000},
    "JPY": {"3000": 3000, "1500000.00": 1_500_000},
    "KRW": {"30000": 30_000, "13000000": 13_000_000},
}


@pytest.mark.parametrize("currency", REFUSED)
def test_an_amount_that_cannot_be_topped_up_is_refused_and_nothing_written(billing, currency):
    account = an_account(billing, currency=currency)

    for error, amounts in REFUSED[currency].items():
        for amount in amounts:
            with pytest.raises(error):
                billing.top_up_terms(account, Decimal(amount), None, "card")
            with pytest.raises(error):
                billing.recharge(account, amount=Decimal(amount), currency=None, method="card", key="k")

    assert billing.balance(account).position == 0


@pytest.mark.parametrize("currency", TAKEN)
def test_an_amount_within_the_limits_is_taken_exactly(billing, currency):
    for amount, whole in TAKEN[currency].items():
        account = an_account(billing, f"account-{amount}", currency=currency)

        receipt = billing.recharge(account, amount=Decimal(amount), currency=currency, method="card", key=amount)

        assert receipt.amount == receipt.balance == billing.balance(account).top_up == Money.of(whole, currency)


def test_a_refusal_tells_the_limit_that_was_passed(billing):
    account = an_account(billing, currency="JPY")

    with pytest.raises(AmountTooSmall) as small:
        billing.top_up_terms(account, Decimal(1), None, "card")
    with pytest.raises(AmountTooLarge) as large:
        billing.top_up_terms(account, Decimal(2_000_000), None, "card")
    with pytest.raises(AmountTooFine) as fine:
        billing.top_up_terms(account, Decimal("3000.5"), None, "card")

    assert small.value.values == {"minimum": yen(3000)}
    assert large.value.values == {"maximum": yen(1_500_000)}
    assert fine.value.values == {"currency": "JPY", "decimals": 0}


def test_another_currency_than_the_accounts_is_never_converted(billing):
    account = an_account(billing, currency="USD")

    for given in ("JPY", "EUR", "usd", ""):
        with pytest.raises(CurrencyMismatch) as refusal:
            billing.recharge(account, amount=Decimal(50), currency=given, method="card", key="k")
        assert refusal.value.values == {"expected": "USD", "given": given}
    assert billing.balance(account).top_up == usd(0)


def test_an_unknown_way_to_pay_is_refused(billing):
    account = an_account(billing)

    for method in ("cash", "", "CARD", "test_card"):
        with pytest.raises(PaymentMethodUnknown):
            billing.recharge(account, amount=Decimal(50), currency="USD", method=method, key="k")

    assert billing.balance(account).top_up == usd(0)


def test_an_unknown_account_is_refused(billing):
    with pytest.raises(AccountNotFound):
        billing.recharge("nobody", amount=Decimal(50), currency="USD", method="card", key="k")
    with pytest.raises(AccountNotFound):
        billing.top_up_limits("nobody")


def test_the_terms_say_what_will_be_charged_by_whom_and_when(billing):
    account = an_account(billing)
    expected = {
        "card": ("test_card", "now"),
        "e_wallet": ("test_card", "now"),
        "bank_transfer": ("bank_transfer", "after_transfer"),
    }

    for method, how in expected.items():
        terms = billing.top_up_terms(account, Decimal("25.5"), None, method)
        assert (terms.amount, terms.method) == (usd("25.50"), method)
        assert (terms.provider, terms.settles) == how
        assert (terms.minimum, terms.maximum) == (usd(25), usd(10_000))
    assert billing.top_up_limits(account).methods == list(expected)
