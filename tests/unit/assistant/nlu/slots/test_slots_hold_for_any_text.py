"""What holds whatever is typed."""

from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.nlu.slots.extract import extract

TODAY = date(2026, 11, 22)
PIECES = [
    "Feb 29-9",
    *[
        "5",
        "50",
        "1,000",
        "1.5",
        "k",
        "万",
        "千",
        "만",
        "천",
        "오",
        "二",
        "円",
        "원",
        "$",
        "¥",
        "USD",
        "dollars",
        "won",
        "-",
        "%",
    ],
    *[
        "/",
        ".",
        "~",
        "から",
        "부터",
        " to ",
        " not ",
        "last ",
        "3",
        "months",
        "9月",
        "9월",
        "31日",
        "Sep 31",
        "Feb 29",
        "2026",
    ],
    *[
        "Q3",
        "since ",
        "지난 ",
        "過去",
        "日",
        "일",
        "A100",
        "WELCOME50",
        "@",
        "a@b.c",
        "+81",
        "010-1234-5678",
        "R-000012",
        " ",
    ],
    *[
        "scale ",
        "growth ",
        "premium ",
        "support",
        "9999",
        "99/99",
        "半年",
        "数",
        "몇",
        "hundred ",
        "half a ",
        "million",
    ],
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
KEYS = {
    *("amount", "currency", "payment_method", "plan", "period", "service", "support_tier", "voucher_code", "contact"),
}


@settings(max_examples=1500, deadline=None)
@given(text=TEXTS, today=st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_any_text_gives_well_formed_slots(text, today):
    found = extract(text, today)
    assert set(found) <= KEYS
    if "amount" in found:
        assert format(Decimal(found["amount"]), "f") == found["amount"]
    if "currency" in found:
        assert len(found["currency"]) == 3
    if "period" in found:
        assert date.fromisoformat(found["period"]["from"]) <= date.fromisoformat(found["period"]["to"])
    if "voucher_code" in found:
        assert found["voucher_code"] == found["voucher_code"].upper()


@pytest.mark.parametrize(
    "piece", ["one hundred ", "5 to ", "兆", "九", "9月", "from Sep 1 to Sep 15 ", "1 ", "010-", "a@"]
)
def test_pasted_repetition_neither_fails_nor_hangs(piece):
    began = perf_counter()
    extract(piece * 1000, TODAY)
    assert perf_counter() - began < 2


def test_lone_surrogates_and_very_long_messages_are_read():
    assert extract("\ud800 50", TODAY) == {"amount": "50"}
    assert extract("5万円 " + "あ" * 100_000, TODAY) == {"amount": "50000", "currency": "JPY"}


def test_ordinary_messages_take_few_milliseconds():
    texts = ["top up 50 dollars by card please", "先月のGPUコンテナの使用量を見せて", "카드로 5만원 충전해 주세요"] * 20
    extract("from Sep 1 to Sep 15, call +81 90-1234-5678", TODAY)
    began = perf_counter()
    for text in texts:
        extract(text, TODAY)
    assert (perf_counter() - began) / len(texts) < 0.01  # ten times what is measured, for busy machines
