from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.errors import AmountInvalid, CurrencyMismatch, CurrencyUnknown
from billing.money import CURRENCIES, SCALE, Money, minor_digits
from tests.builders.money import usd, won, yen

currencies = st.sampled_from(sorted(CURRENCIES))
units = st.integers(min_value=-9 * 10**18, max_value=9 * 10**18)  # what 64 bits hold, with room to round
amounts = st.builds(Money, units, currencies)


@given(units, currencies)
def test_an_amount_is_kept_to_the_last_unit(units, currency):
    money = Money(units, currency)

    assert Money.of(money.amount, currency) == money
    assert Fraction(money.amount) == Fraction(units, 10**SCALE)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30), currencies)
@example(Decimal("1234567890123456789012.34567891"), "USD")
@example(Decimal(10000000000000000000000000000001), "JPY")
@example(Decimal("92233720368.54775807"), "USD")
@example(Decimal("92233720368.54775808"), "USD")
@example(Decimal(99999999999), "KRW")
def test_an_amount_that_a_database_can_hold_is_kept_exactly_and_any_other_refused(amount, currency):
    exact = Fraction(amount) * 10**SCALE
    if exact.denominator == 1 and -(2**63) < exact < 2**63:
        assert Money.of(amount, currency).units == exact
    else:
        with pytest.raises(AmountInvalid):
            Money.of(amount, currency)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "", "ten", "0.000000001", "1,5"])
def test_what_is_no_exact_amount_is_refused(amount):
    with pytest.raises(AmountInvalid):
        usd(amount)


@pytest.mark.parametrize("amount", ["1e400", "1e999999", "-1e999999", "1e-999999"])
def test_an_amount_beyond_all_measure_is_refused(amount):
    with pytest.raises(AmountInvalid):
        usd(amount)


@pytest.mark.parametrize("currency", ["EUR", "usd", "", "XXX"])
def test_a_currency_that_no_account_may_have_is_refused(currency):
    with pytest.raises(CurrencyUnknown):
        Money(0, currency)
    with pytest.raises(CurrencyUnknown):
        minor_digits(currency)


@given(units, units, currencies)
def test_addition_and_subtraction_are_those_of_integers(left, right, currency):
    one, other = Money(left, currency), Money(right, currency)

    assert (one + other).units == left + right
    assert (one - other).units == left - right
    assert one + other - other == one
    assert -one == Money.zero(currency) - one
    assert (one < other, one <= other, one > other, one >= other) == (
        left < right,
        left <= right,
        left > right,
        left >= right,
    )


@given(st.lists(units, max_size=20), currencies)
def test_a_total_is_the_sum_whatever_the_order(parts, currency):
    total = Money.total((Money(part, currency) for part in reversed(parts)), currency)

    assert total == Money(sum(parts), currency)


@given(amounts, amounts)
def test_two_currencies_never_meet(one, other):
    if one.currency == other.currency:
        return
    for operation in ("__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"):
        with pytest.raises(CurrencyMismatch) as refusal:
            getattr(one, operation)(other)
        assert refusal.value.values == {"expected": one.currency, "given": other.currency}
    assert one != other


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (usd("0.005"), usd("0.01")),
        (usd("0.00499999"), usd("0")),
        (usd("2.675"), usd("2.68")),
        (usd("-0.005"), usd("-0.01")),
        (yen("0.5"), yen(1)),
        (yen("1.5"), yen(2)),
        (yen("2.49999999"), yen(2)),
        (won("2.5"), won(3)),
    ],
)
def test_half_a_coin_is_rounded_up(exact, rounded):
    assert exact.rounded() == rounded


@given(amounts)
def test_rounding_moves_at_most_half_a_coin_and_only_once(money):
    coin = Fraction(1, 10 ** minor_digits(money.currency))
    rounded = money.rounded()

    assert abs(Fraction(rounded.amount) - Fraction(money.amount)) <= coin / 2
    assert Fraction(rounded.amount) / coin % 1 == 0
    assert rounded.amount == money.amount.quantize(
        Decimal(1).scaleb(-minor_digits(money.currency)), rounding=ROUND_HALF_UP
    )
    assert rounded.rounded() == rounded
    assert rounded.is_payable()
    assert money.is_payable() == (rounded == money)


@given(
    st.integers(min_value=0, max_value=10**9).map(lambda rate: Decimal(rate).scaleb(-5)),
    st.integers(min_value=0, max_value=10**9).map(lambda quantity: Decimal(quantity).scaleb(-3)),
    currencies,
)
def test_a_rate_times_a_quantity_is_exact(rate, quantity, currency):
    assert Fraction(Money.of(rate, currency).times(quantity).amount) == Fraction(rate) * Fraction(quantity)


def test_a_product_finer_than_the_scale_is_refused():
    with pytest.raises(AmountInvalid):
        usd("0.00000001").times(Decimal("0.5"))
