from __future__ import annotations

import pytest

from gateway.channels.facts import MOST, facts_of
from gateway.channels.schemas import Fact

NOTHING = {"amount": "0.00", "currency": "USD"}
BALANCE = {
    "kind": "balance",
    "available": {"amount": "257.33672", "currency": "USD"},
    "plan": NOTHING,
    "voucher_total": {"amount": "30.00", "currency": "USD"},
    "top_up": NOTHING,
    "owed": NOTHING,
    "pending_top_ups": NOTHING,
}


def test_amounts_are_written_to_the_coin_and_those_of_nothing_left_out():
    assert facts_of(BALANCE, "en") == (Fact("Available", "$257.34"), Fact("Vouchers", "$30.00"))


def test_nothing_available_is_said():
    assert facts_of(BALANCE | {"available": NOTHING}, "en")[0] == Fact("Available", "$0.00")


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("ja", (Fact("状態", "有効"), Fact("開始日", "2026/11/15"))),
        ("ko", (Fact("시작일", "2026. 11. 15."),)),
    ],
)
def test_lines_are_in_the_language_of_the_message(language, facts):
    shown = facts_of({"kind": "plan", "status": "active", "starts_on": "2026-11-15"}, language)

    assert set(facts) <= set(shown)


def test_amounts_without_decimals_have_none():
    amount = {"amount": "3000", "currency": "JPY"}

    assert facts_of({"kind": "receipt", "amount": amount, "number": "RC-1"}, "ja") == (
        Fact("領収書", "RC-1"),
        Fact("金額", "￥3,000"),
    )


@pytest.mark.parametrize("card", [None, {"kind": "invoices", "invoices": []}, {"kind": "of another day"}])
def test_a_card_without_lines_has_none(card):
    assert facts_of(card, "en") == ()


def test_no_card_has_more_lines_than_every_channel_takes():
    from gateway.channels.texts import catalogue

    assert all(len(lines) <= MOST for lines in catalogue("facts").values())
