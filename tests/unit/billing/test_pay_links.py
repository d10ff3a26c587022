from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billing.api import Payment
from billing.config import Settings
from billing.errors import SettingMissing
from billing.money import Money
from billing.pay_links import CARD_LIVES, Opened, PayLinks

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAYMENT = Payment(
    id="P-7",
    account="acme",
    purpose="top_up",
    number="T-7",
    amount=Money.of("50", "USD"),
    method="card",
    state="waiting",
    failure=None,
    card=None,
    refunded=Money.of("0", "USD"),
    created_at=NOW,
    expires_at=NOW + timedelta(hours=24),
    settled_at=None,
)
LINKS = PayLinks(Settings(public_url="https://pay.example.com/"))


def token(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_link_names_its_payment_and_language_until_the_payment_expires():
    address = LINKS.of_payment(PAYMENT, "ja")

    assert address.startswith("https://pay.example.com/pay/")
    assert LINKS.payment(token(address), NOW) == Opened("P-7", "ja")
    assert LINKS.payment(token(address), PAYMENT.expires_at) is None
    assert "acme" not in address


def test_a_link_for_a_card_is_none_for_a_payment_and_the_other_way_round():
    card = token(LINKS.of_card("an.account", "ko", key="k-1", at=NOW))

    assert LINKS.card(card, NOW) == Opened("an.account", "ko", "k-1")
    assert LINKS.card(card, NOW + CARD_LIVES) is None
    assert LINKS.payment(card, NOW) is None
    assert LINKS.card(token(LINKS.of_payment(PAYMENT, "en")), NOW) is None


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
)
def test_without_a_public_address_it_is_where_the_server_listens(host, address):
    assert Settings(public_url=None, host=host, port=8000).own_address == address


def test_in_production_payments_need_a_public_address():
    strong = "a-strong-secret-of-32-bytes-or-more-"
    given = {
        "mode": "production",
        "token_secret": strong + "1",
        "internal_secret": strong + "2",
        "data_keys": strong + "3",
        "receipt_keys": strong + "4",
        "stripe_secret_key": "sk_live_x" * 4,
        "stripe_publishable_key": "pk_live_x",
        "stripe_webhook_secret": "whsec_" + strong,
    }
    with pytest.raises(SettingMissing, match="PUBLIC_URL"):
        Settings(**given).require_secrets()
    Settings(**given, public_url="https://pay.example.com").require_secrets()
