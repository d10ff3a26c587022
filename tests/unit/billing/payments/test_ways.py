"""Which ways to pay an installation offers."""

from __future__ import annotations

import pytest

from billing.config import Settings
from billing.errors import PaymentMethodUnknown
from billing.payments.providers.ways import Ways

STRIPE = {"stripe_secret_key": "sk", "stripe_publishable_key": "pk", "stripe_webhook_secret": "whsec"}


@pytest.mark.parametrize(
    ("given", "providers"),
    [
        ({"mode": "demo"}, {"card": "test_card", "e_wallet": "test_card", "bank_transfer": "bank_transfer"}),
        ({"mode": "production"}, {"bank_transfer": "bank_transfer"}),
        ({"mode": "production", **STRIPE}, {"card": "stripe", "e_wallet": "stripe", "bank_transfer": "bank_transfer"}),
        ({"mode": "demo", **STRIPE}, {"card": "stripe", "e_wallet": "stripe", "bank_transfer": "bank_transfer"}),
    ],
)
def test_cards_are_stripes_where_its_keys_are_set_and_a_test_cards_in_the_demo_alone(given, providers):
    ways = Ways.of(Settings(**given))

    assert {method: ways.provider_of(method).name for method in ways.methods} == providers


def test_a_way_to_pay_that_is_not_offered_is_refused():
    ways = Ways.of(Settings(mode="production"))

    assert ways.get("card") is None
    with pytest.raises(PaymentMethodUnknown):
        ways.provider_of("card")
