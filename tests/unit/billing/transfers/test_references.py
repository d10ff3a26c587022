from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.transfers.references import find


def numbers(text):
    return {each.number for each in find(text).transfers}


@pytest.mark.parametrize(
    "text",
    [
        "BA00000012",
        "ba00000012",
        "ＢＡ００００００１２",
        "BA 0000 0012",
        "Payment ref:BA-0000-0012, thank you",
        "振込 BA00000012 カ)アクメ",
        "입금BA00000012아크메",
        "BA No. 00000012",
        "SVWZ+BA00000012 2026",
        "BA 0000 0012 2026 03",
        "BA0012",
        "BA12",
        "ba 12 / march",
    ],
)
def test_a_reference_is_found_however_it_was_written(text):
    assert numbers(text) == {12}


@pytest.mark.parametrize("text", ["", "ABBA 12", "KUBA12", "12", "BAR 12", "BA", "BA00000000", "GEBÄUDE BAU 12"])
def test_what_is_no_reference_is_not_taken_for_one(text):
    assert find(text).things == 0


@pytest.mark.parametrize(("text", "sure"), [("BA00000012", True), ("BA012", True), ("BA12", False)])
def test_a_short_number_may_be_something_else(text, sure):
    assert {each.sure for each in find(text).transfers} == {sure}


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-000012",
        "inv 2026 12",
        "ＩＮＶ－２０２６－０００００12",
        "Invoice INV2026-000012.",
        "請求書INV-2026-000012",
    ],
)
def test_an_invoice_is_found_however_it_was_written(text):
    assert find(text).invoices == {"INV-2026-000012"}


def test_several_things_are_counted_each_once():
    assert find("BA00000012 BA12 BA 0000 0012").things == 1
    assert find("BA00000012 BA00000013").things == 2
    assert find("BA00000012 INV-2026-000001").things == 2


@given(st.integers(1, 99_999_999), st.text(st.sampled_from(" -"), max_size=2), st.integers(1, 7))
def test_every_number_is_found_in_two_groups(number, between, cut):
    digits = f"{number:08d}"
    assert numbers(f"x BA{between}{digits[:cut]} {digits[cut:]} y") == {number}


@given(st.text())
def test_any_text_can_be_read(text):
    find(text)
