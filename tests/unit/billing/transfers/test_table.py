from __future__ import annotations

import contextlib
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.config import ROOT
from billing.errors import StatementUnreadable
from billing.transfers import cells, reading, words
from billing.transfers.statement import Unreadable
from tests.builders.money import usd, won, yen

ENGLISH = b'Date,Amount,Currency,Payer,Text\n2026-03-09,"1,250.00",USD,Jane Doe,BA00000001\n'
GERMAN = "Buchungen\r\n\r\nDate;Amount;Currency;Text\r\n09.03.2026;1.250,50;USD;BA00000001\r\n".encode("utf-8-sig")
JAPANESE = (
    "取引日,摘要,振込依頼人名,お支払金額(円),お預り金額(円),差引残高\n"
    '2026/03/09,振込 BA00000001,カ)サクラ,,"12,000","112,000"\n'
)
KOREAN = (
    "거래일시\t적요\t보낸분\t출금액(원)\t입금액(원)\t거래후잔액\n"
    "2026.03.09 10:33:12\tBA00000001\t한강\t0\t50,000\t150,000\n"
)
DIRECTED = b"Date|Type|Amount|Text\n20260309|CRDT|$10.00|in\n20260309|DBIT|$4.00|out\n20260309|FEE|$1.00|?\n"


@pytest.mark.parametrize(
    ("content", "amount", "payer"),
    [
        (ENGLISH, usd(1250), "Jane Doe"),
        (GERMAN, usd("1250.50"), ""),
        (JAPANESE.encode(), yen(12000), "カ)サクラ"),
        (JAPANESE.encode("cp932"), yen(12000), "カ)サクラ"),
        (JAPANESE.encode("utf-16"), yen(12000), "カ)サクラ"),
        (KOREAN.encode(), won(50000), "한강"),
        (KOREAN.encode("cp949"), won(50000), "한강"),
    ],
    ids=["en", "de", "ja utf-8", "ja shift_jis", "ja utf-16", "ko utf-8", "ko cp949"],
)
def test_a_statement_is_read_in_its_language_encoding_and_separator(content, amount, payer):
    read = reading.read(content)

    [entry] = read.entries
    assert (entry.booked_on, entry.amount, entry.payer) == (date(2026, 3, 9), amount, payer)
    assert "BA00000001" in entry.text
    assert read.refused == []


def test_a_column_may_say_whether_money_came_or_went():
    read = reading.read(DIRECTED)

    assert [entry.amount for entry in read.entries] == [usd(10), usd(-4)]
    assert [(refused.line, refused.reason) for refused in read.refused] == [(4, "direction_unknown")]


def test_lines_that_cannot_be_read_are_named_and_the_others_are_taken():
    rows = (
        "2026-03-09,5,USD\n2026-13-09,5,USD\nsoon,5,USD\n2026-03-09,5.0012,USD\n2026-03-09,lots,USD\n2026-03-09,5,EUR\n"
    )
    read = reading.read(f"Date,Amount,Currency\n{rows}".encode())

    assert [entry.amount for entry in read.entries] == [usd(5)]
    assert [(refused.line, refused.reason) for refused in read.refused] == [
        (3, "date_invalid"),
        (4, "date_invalid"),
        (5, "amount_invalid"),
        (6, "amount_invalid"),
        (7, "currency_unknown"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_header"),
        (b"a,b\n1,2\n", "no_header"),
        (b"Date,Amount\n2026-03-09,5\n", "currency_missing"),
        (b"x" * (reading.LARGEST + 1), "too_large"),
        (b"\x00\x01\x02", "no_header"),
    ],
)
def test_what_is_no_statement_is_refused(content, reason):
    with pytest.raises(StatementUnreadable, match=reason):
        reading.read(content)


def test_a_currency_may_be_given_where_the_file_says_none():
    assert reading.read(b"Date,Amount\n2026-03-09,5\n", currency="USD").entries[0].amount == usd(5)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12.50", "12.50"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1,234", "1234"),
        ("1 234,5", "1234.5"), ("1'234.00", "1234.00"), ("￥12,000", "12000"), ("12,000円", "12000"),
        ("₩50,000", "50000"),
        ("-5", "-5"), ("▲5", "-5"), ("(5.00)", "-5.00"), ("5.00-", "-5.00"), ("+5", "5"), ("0.5", "0.5"),
        ("1,234,567.89", "1234567.89"), ("１２３", "123"), ("1234.00", "1234.00"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_banks_write_them(written, amount):
    assert cells.amount(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["x", "1.2.3", "1,23,4", "--", "1e5", "0x10", "12a", "1..2", "∞"])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(Unreadable):
        cells.amount(written)


def test_a_dot_before_three_digits_is_read_by_what_else_the_file_has_or_refused():
    with pytest.raises(Unreadable, match="amount_ambiguous"):
        cells.amount("1.234")
    with_commas = "Date;Amount;Currency\n09.03.2026;1.234;USD\n09.03.2026;5,50;USD\n"
    assert [entry.amount for entry in reading.read(with_commas.encode()).entries] == [usd(1234), usd("5.50")]


@given(st.decimals(min_value="0.01", max_value=9_999_999, places=2))
def test_every_amount_is_read_in_both_notations(amount):
    english = f"{amount:,}"
    assert cells.amount(english) == amount
    assert cells.amount(english.translate(str.maketrans(",.", ".,"))) == amount


def test_days_and_months_are_told_apart_by_the_whole_file_or_refused():
    assert cells.order_of(["03/04/2026", "25/04/2026"]) == "day_first"
    assert cells.order_of(["03/04/2026", "04/25/2026"]) == "month_first"
    assert cells.day("03/04/2026", "month_first") == date(2026, 3, 4)
    with pytest.raises(Unreadable, match="date_ambiguous"):
        cells.day("03/04/2026", cells.order_of(["03/04/2026"]))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(StatementUnreadable):
        reading.read(content, currency="USD")


def test_no_heading_means_two_things():
    owners = [{words.plain(alias) for alias in aliases} for aliases in words.file()["columns"].values()]
    assert sum(map(len, owners)) == len(set().union(*owners))


def test_the_reasons_and_columns_that_the_code_knows_are_those_of_the_guide():
    guide = (ROOT / "docs" / "payments.md").read_text(encoding="utf-8")
    matching = (ROOT / "billing" / "transfers" / "matching.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'Waits\(\s*"([a-z_]+)"', matching)) | {"no_reference"}
    assert reasons == {
        "several_references",
        "reference_unknown",
        "reference_unsure",
        "currency",
        "invoice_settled",
        "no_reference",
    }
    assert all(f"| `{reason}` |" in guide for reason in reasons)
