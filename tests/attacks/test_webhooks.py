"""Payments, the CRM and meters: who may tell us anything, and the addresses of payment pages."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import httpx
import pytest

from billing.api import Billing
from billing.outbox.webhook import sign
from tests.attacks.hands import refused
from tests.attacks.table import attack
from tests.builders.server import Client

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "created": 1,
    "data": {"object": {"id": "pi_x"}},
}
CARD = "a token is signed for one purpose until an instant; all that is wrong with it is the same 404"


def stripe(
    production, secret: str, body: bytes, at: float | None = None, spoiled: bytes | None = None
) -> httpx.Response:
    timestamp = int(time.time() if at is None else at)
    mark = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={timestamp},v1={mark}"}
    return httpx.post(f"{production.address}/v1/payments/stripe/webhook", content=spoiled or body, headers=headers)


@attack(
    "Stripe: “paid” without a signature, of another secret, by an older scheme", "Stripe's signature over the raw body"
)
def test_stripe_is_not_forged(production, secrets) -> None:
    body, place = json.dumps(EVENT).encode(), f"{production.address}/v1/payments/stripe/webhook"
    assert refused(httpx.post(place, content=body), 400, "webhook_invalid")
    assert refused(stripe(production, "whsec_guess", body), 400, "webhook_invalid")
    mark = hmac.new(secrets["STRIPE_WEBHOOK_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    for header in (f"t={int(time.time())},v0={mark}", f"v1={mark}", "t=x,v1=y", "t=1,v1=", ","):
        assert refused(httpx.post(place, content=body, headers={"Stripe-Signature": header}), 400, "webhook_invalid")


@attack("Stripe: the signature of another event, another body, an old call", "the body and its time are signed")
def test_stripe_is_not_changed_or_replayed(production, secrets) -> None:
    body, secret = json.dumps(EVENT).encode(), secrets["STRIPE_WEBHOOK_SECRET"]
    other = body.replace(b"pi_x", b"pi_y")
    assert refused(stripe(production, secret, body, spoiled=other), 400, "webhook_invalid")
    assert refused(stripe(production, secret, body, at=time.time() - 600), 400, "webhook_invalid")


@attack("Stripe: signed nonsense: nested, numbers, no event", "a 4xx and nothing is kept")
@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b"{}", b"[" * 20_000, b'{"id": {}, "type": []}'])
def test_signed_nonsense_of_stripe_breaks_nothing(production, secrets, body: bytes) -> None:
    assert stripe(production, secrets["STRIPE_WEBHOOK_SECRET"], body).status_code < 500


def crm(server, body: bytes, secret: str = "w" * 40, late: int = 0) -> httpx.Response:
    timestamp = str(int(time.time()) - late)
    headers = {"X-Timestamp": timestamp, "X-Signature": f"sha256={sign(secret, timestamp, body)}"}
    return httpx.post(f"{server.address}/v1/webhooks/sales", content=body, headers=headers)


@attack(
    "the CRM: forged, old, of another secret; signed nonsense", "HMAC over time and body, five minutes, constant time"
)
def test_the_crm_is_not_forged(server) -> None:
    body = json.dumps({"id": "1", "type": "request.moved", "data": {"request": "R-000001", "state": "won"}}).encode()
    place = f"{server.address}/v1/webhooks/sales"
    assert refused(httpx.post(place, content=body), 401, "signature_invalid")
    assert refused(crm(server, body, secret="x" * 40), 401, "signature_invalid")
    assert refused(crm(server, body, late=900), 401, "signature_invalid")
    for nonsense in (
        b"[" * 20_000,
        b"7",
        b'{"id":"\\ud800"}',
        b'{"id":"1","type":"request.moved","data":{"\\ud800":1}}',
    ):
        assert 400 <= crm(server, nonsense).status_code < 500


@attack("the CRM: one event sent again, and its id with other content", "an event's id counts once")
def test_the_crm_is_not_replayed(server, acme) -> None:
    billing = Billing.open(server.settings)
    made = billing.contact_sales(
        account_id="acme", topic="quote", contact="a@example.com", message="Hi", language="en", key="attack"
    )
    billing.close()
    told = {"id": "evt-replay", "type": "request.moved", "data": {"request": made.id, "state": "in_progress"}}
    assert {crm(server, json.dumps(told).encode()).status_code for _ in range(3)} == {200}
    told["data"]["state"] = "won"
    assert refused(crm(server, json.dumps(told).encode()), 409, "request_key_reused")


@attack(
    "usage of another, free credit by negative usage, with no key or a customer's token", "an API key with its scope"
)
def test_usage_is_told_by_meters_only(server, acme) -> None:
    event = {"specversion": "1.0", "id": "x", "source": "x", "type": "usage.recorded", "subject": "acme"}
    headers = {"Content-Type": "application/cloudevents+json"}
    place = "/v1/usage-events"
    assert httpx.post(f"{server.address}{place}", json=event, headers=headers).status_code == 401
    assert acme.http.post(place, json=event, headers=headers).status_code == 401
    meter = Client(server.address, {"Authorization": f"Bearer {a_key(server, 'usage:write')}"})
    negative = event | {"time": "2026-01-01T00:00:00Z", "data": {"service": "inference", "quantity": "-5"}}
    assert 400 <= meter.http.post(place, json=negative, headers=headers).status_code < 500
    assert meter.get("/v1/operator/accounts").status_code == 403


@attack("usage events nested 20,000 deep, of half characters, a batch of a million", "bounded; refused as 4xx")
def test_nonsense_of_a_meter_breaks_nothing(server) -> None:
    meter = Client(server.address, {"Authorization": f"Bearer {a_key(server, 'usage:write')}"})
    for body in (b"[" * 20_000, b"[" + b"{}," * 300_000 + b"{}]", b'[{"id":"\\ud800"}]', b"\xff", b"7"):
        for kind in ("application/cloudevents+json", "application/cloudevents-batch+json"):
            answer = meter.http.post("/v1/usage-events", content=body, headers={"Content-Type": kind})
            assert answer.status_code < 500, body[:20]


@attack("a payment page's address changed: another expiry, subject or purpose", CARD)
def test_a_payment_address_is_not_changed(acme) -> None:
    url = acme.http.post("/v1/account/cards", json={}, headers={"Idempotency-Key": "attack"}).json()["url"]
    token = url.rpartition("/")[2]
    value, expiry, mark = token.split(".")
    assert acme.get(f"/pay/card/{token}").status_code == 200
    for changed in (
        f"{value}.{int(expiry) + 3600}.{mark}",
        f"{value}A.{expiry}.{mark}",
        f"{value}.{expiry}.{mark[:-1]}",
    ):
        assert acme.get(f"/pay/card/{changed}").status_code == 404
    assert acme.get(f"/pay/{token}").status_code == 404, "signed for another purpose"
    assert refused(acme.http.post(f"/pay/{token}/cancel"), 404, "pay_link_not_found")


@attack("a payment page tried with made-up tokens, 70 times in a minute", "so many pages of one address, then 429")
def test_payment_addresses_are_not_guessed(server) -> None:
    with httpx.Client(base_url=server.address, headers={"X-Forwarded-For": "192.0.2.77"}) as http:
        statuses = [http.get(f"/pay/x{number}.1.y").status_code for number in range(70)]
    assert set(statuses) == {404, 429}


@attack("charts of another by made-up and expired addresses", "signed for fifteen minutes; all else is the same 404")
def test_pictures_are_not_guessed(acme) -> None:
    for token in ("x", "a.1.b", "..%2f..%2fetc%2fpasswd", "é"):
        assert refused(acme.get(f"/media/charts/{token}.png"), 404, "not_found")


def a_key(server, scope: str) -> str:
    billing = Billing.open(server.settings)
    key = billing.create_api_key(f"attack-{time.monotonic_ns()}", [scope]).key
    billing.close()
    return key
