from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import get_args

import pytest

from billing.api import Payment
from billing.money import Money
from billing.schemas import PaymentFailure
from gateway.pay.pages import FILES, card_page, gone_page, payment_page
from gateway.pay.texts import texts

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOTHING = Money.of("0", "JPY")


def _keys(texts: dict, above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in texts.items():
        found |= _keys(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}"}
    return found


def a_payment(state: str = "waiting", failure: str | None = None) -> Payment:
    return Payment.model_validate(
        {
            "id": "P-7",
            "account": "sakura",
            "purpose": "top_up",
            "number": "T-7",
            "amount": Money.of("5000", "JPY"),
            "method": "card",
            "state": state,
            "failure": failure,
            "card": None,
            "refunded": NOTHING,
            "created_at": AT,
            "expires_at": AT,
            "settled_at": None,
        }
    )


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_every_text_is_there_in_every_language_with_the_same_values(language):
    english, other = texts("en"), texts(language)

    assert _keys(other) == _keys(english)
    for key in _keys(english):
        values = [re.findall(r"\{\w+\}", _at(each, key)) for each in (english, other)]
        assert values[0] == values[1], key


def _at(found: dict, key: str) -> str:
    for name in key.split("."):
        found = found[name]
    return str(found)


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_every_failure_and_what_the_script_shows_has_a_text(language):
    script = (FILES / "pay.js").read_text()
    page = payment_page(a_payment(), language, seller="S", base="/pay/x", js_url="https://js.stripe.com/v3/")
    there = set(re.findall(r'data-text="(\w+)"', page))

    assert {f"failure_{code}" for code in get_args(PaymentFailure)} <= there
    assert {f"failure_{code}" for code in re.findall(r': "(\w+)",?$', script, re.MULTILINE)} <= there
    assert set(re.findall(r'show\("(\w+)"', script)) - {"saved"} <= there


@pytest.mark.parametrize("state", ["succeeded", "cancelled", "expired"])
def test_what_is_over_has_no_form_and_no_script(state):
    page = payment_page(a_payment(state), "en", seller="S", base="/pay/x", js_url="https://js.stripe.com/v3/")

    assert "<script" not in page
    assert "<form" not in page


def test_whatever_is_put_into_a_page_is_escaped():
    seller = '<img src=x onerror="alert(1)">'
    for page in (
        payment_page(a_payment(), "ja", seller=seller, base='/pay/"><script>', js_url="https://js.stripe.com/v3/"),
        card_page("ko", seller=seller, base='/pay/"><script>', js_url="https://js.stripe.com/v3/"),
    ):
        assert "<img" not in page
        assert '"><script>' not in page


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_a_page_holds_no_script_and_no_style_of_its_own(language):
    pages = [
        payment_page(a_payment("failed", "declined"), language, seller="S", base="/pay/x", js_url="https://x.example/"),
        card_page(language, seller="S", base="/pay/card/x", js_url="https://x.example/"),
        gone_page(language),
    ]
    for page in pages:
        assert not re.search(r"<style|style=|\son\w+=|<script(?! src=)", page)
