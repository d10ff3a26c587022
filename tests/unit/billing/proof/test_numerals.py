"""The checker's own parser, held against what the answers' own writer writes, and against texts by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.texts import Texts
from billing.money import Money
from billing.proof.numerals import numerals

LANGUAGES = st.sampled_from(["en", "ja", "ko"])


def only(text: str) -> tuple[str, object, str]:
    [found] = numerals(text)
    return found.kind, found.value, found.currency


@given(LANGUAGES, st.sampled_from(["USD", "JPY", "KRW"]), st.integers(-(10**16), 10**16))
def test_money_is_read_as_it_was_written(language: str, currency: str, units: int) -> None:
    money = Money(units, currency).rounded()
    assert only(f"残り{Texts(language).money(money)}です") == ("money", money.amount, currency)


@given(LANGUAGES, st.dates(date(2000, 1, 1), date(2999, 12, 31)))
def test_a_day_is_read_as_it_was_written(language: str, day: date) -> None:
    assert only(f"({Texts(language).day(day)}) 만료") == ("date", day, "")


@given(LANGUAGES, st.decimals(0, 10**9, places=3))
def test_a_number_is_read_as_it_was_written(language: str, number: Decimal) -> None:
    assert only(f"{Texts(language).number(number)}セッション") == ("number", number, "")


@given(LANGUAGES, st.integers(0, 100))
def test_a_percentage_is_read_as_it_was_written(language: str, percent: int) -> None:
    assert only(Texts(language).percent(Decimal(percent))) == ("percent", Decimal(percent), "")


def test_what_is_no_figure_is_left_out() -> None:
    text = "2 GPU v7: 3\nhttps://example.com/a?b=3"
    assert [each.text for each in numerals(text, names=["GPU v7"])] == ["2", "3"]


@pytest.mark.parametrize("text", ["INV-2026-0007", "P-000001"])
def test_a_documents_number_is_one_name(text: str) -> None:
    assert only(text) == ("name", text, "")
