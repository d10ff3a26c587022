"""What Stripe says, read; what its library raises, told apart: refused, or nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
import stripe as library

from billing.config import Settings
from billing.errors import WebhookInvalid
from billing.money import Money
from billing.payments.providers import stripe_reading as read
from billing.payments.providers.base import Order, Refusal, Unanswered
from billing.payments.providers.stripe import Stripe

KEYS = {"stripe_secret_key": "sk_test_x", "stripe_publishable_key": "pk_x", "stripe_webhook_secret": "whsec_x"}
ORDER = Order("token", Money.of("12.50", "USD"), "cus_1", "card")


class Answering(library.RequestsClient):
    """The provider, which answers one thing."""

    def __init__(self, status, body):
        super().__init__()
        self.answer, self.sent = (body, status, {}), []

    def request(self, method, url, headers, post_data=None):
        self.sent.append((method, url, headers, post_data))
        if self.answer[1] is None:
            raise library.APIConnectionError("lost")
        return self.answer


def started(status, body):
    http = Answering(status, body)
    return http, lambda: Stripe(Settings(**KEYS), http).start(ORDER, "key-1")


@pytest.mark.parametrize(
    ("status", "body", "raised", "kept"),
    [
        (None, b"", Unanswered, False),
        (500, b'{"error": {"type": "api_error", "message": "x"}}', Unanswered, True),
        (503, b"<html>", Unanswered, True),
        (429, b'{"error": {"type": "invalid_request_error", "message": "x"}}', Unanswered, False),
        (401, b'{"error": {"type": "invalid_request_error", "message": "x"}}', Unanswered, False),
        (400, b'{"error": {"type": "idempotency_error", "message": "x"}}', Unanswered, True),
        (
            400,
            b'{"error": {"type": "invalid_request_error", "message": "x", "code": "amount_too_small"}}',
            Refusal,
            None,
        ),
    ],
)
def test_what_may_have_been_done_is_told_apart_from_what_was_refused(status, body, raised, kept):
    http, start = started(status, body)

    with pytest.raises(raised) as failure:
        start()

    assert getattr(failure.value, "kept", None) == kept
    assert len(http.sent) == 1, "tried once: the reconciler asks again"


def test_every_call_carries_our_key_and_the_amount_in_the_smallest_coin():
    http, start = started(
        200,
        b'{"id": "pi_1", "object": "payment_intent", "status": "requires_payment_method", "amount": 1250,'
        b' "currency": "usd", "client_secret": "s", "metadata": {"payment": "token"}}',
    )

    intent = start()

    [(method, url, headers, body)] = http.sent
    assert (method.upper(), url) == ("POST", "https://api.stripe.com/v1/payment_intents")
    assert headers["Idempotency-Key"] == "key-1"
    assert {"amount=1250", "currency=usd", "metadata[payment]=token"} <= set(unquote(body).split("&"))
    assert (intent.state, intent.token, intent.client_secret, intent.received) == ("waiting", "token", "s", None)


@pytest.mark.parametrize(("amount", "coins"), [(("12.34", "USD"), 1234), (("3000", "JPY"), 3000), (("9", "KRW"), 9)])
def test_amounts_go_there_and_back(amount, coins):
    money = Money.of(*amount)

    assert read.coins(money) == coins
    assert read.money(coins, amount[1].lower()) == money


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b"{}", b'{"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}}', b"{"]
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    now = datetime(2026, 3, 10, tzinfo=UTC)
    signature = library.WebhookSignature.generate_signature_header(body.decode(), "whsec_x", int(now.timestamp()))

    with pytest.raises(WebhookInvalid):
        Stripe(Settings(**KEYS)).told(body, signature, now)
