from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import CURRENCIES, Money, minor_digits
from tests.builders.money import usd, won, yen

amounts = st.builds(
    Money, st.integers(min_value=-9 * 10**18, max_value=9 * 10**18), st.sampled_from(sorted(CURRENCIES))
)


@given(amounts)
def test_the_plain_text_of_an_amount_reads_back_as_the_same_amount(money):
    text = money.plain()

    assert Money.of(text, money.currency) == money
    assert "E" not in text.upper()
    assert len(text.partition(".")[2]) >= minor_digits(money.currency)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (usd("12.5"), "12.50"),
        (usd("0.00201"), "0.00201"),
        (usd("-3"), "-3.00"),
        (yen(1200), "1200"),
        (yen("0.3"), "0.3"),
        (won(0), "0"),
    ],
)
def test_the_plain_text_has_the_currencys_decimals_and_more_only_where_needed(money, text):
    assert money.plain() == text
    assert str(money) == f"{text} {money.currency}"
