"""Payments over HTTP: Stripe's webhook, a customer's own payments and cards, an operator's calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from billing.api import Billing
from gateway.app import create_app
from gateway.auth import issue
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.localstripe import LocalStripe
from tests.builders.money import usd
from tests.builders.payments import a_saved_card, asked, intent_of, paid, settings
from tests.integration.gateway.conftest import problem

WEBHOOK = "/v1/payments/stripe/webhook"


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as running:
        yield running


@pytest.fixture
def billing(stripe, tmp_path) -> Iterator[Billing]:
    opened = Billing.open(settings(stripe, f"sqlite:///{tmp_path / 'billing.db'}"), clock=lambda: datetime.now(UTC))
    opened.load_catalogue(a_catalogue(tmp_path))
    an_account(opened)
    yield opened
    assert opened.verify_ledger() == []
    opened.close()


@pytest.fixture
def http(billing, stripe) -> TestClient:
    told = settings(stripe, billing.database.url)
    app = create_app(told)
    app.state.billing = billing
    client = TestClient(app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {issue(told, 'acme', 'ann', timedelta(minutes=5))}"
    return client


def event_of(billing, stripe, receipt):
    intent = intent_of(billing, receipt)
    stripe.pays(intent)
    body = stripe.event("payment_intent.succeeded", stripe.get(f"payment_intents/{intent}"))
    return body, stripe.signed(body)


def test_stripes_webhook_credits_once_and_needs_no_token(http, billing, stripe):
    body, headers = event_of(billing, stripe, asked(billing, "acme"))
    del http.headers["Authorization"]

    outcomes = [http.post(WEBHOOK, content=body, headers=headers).json() for _ in range(2)]

    assert outcomes == [{"outcome": "applied"}, {"outcome": "repeated"}]
    assert billing.balance("acme").top_up == usd(50)


def test_a_webhook_of_somebody_else_is_a_400_and_leaves_nothing(http, billing, stripe):
    body, headers = event_of(billing, stripe, asked(billing, "acme"))
    forged = stripe.signed(body, secret="whsec_of_somebody_else")
    old = stripe.signed(body, at=datetime.now(UTC).timestamp() - 301)

    assert problem(http.post(WEBHOOK, content=body), 400, "webhook_invalid")
    assert problem(http.post(WEBHOOK, content=body, headers=forged), 400, "webhook_invalid")
    assert problem(http.post(WEBHOOK, content=body, headers=old), 400, "webhook_invalid")
    assert problem(http.post(WEBHOOK, content=body + b" ", headers=headers), 400, "webhook_invalid")
    assert problem(http.post(WEBHOOK, content=b"x" * 70_000, headers=headers), 413, "body_too_large")
    assert billing.balance("acme").top_up == usd(0)


def test_what_could_not_be_kept_is_a_500_and_credits_when_it_comes_again(http, billing, stripe, monkeypatch):
    body, headers = event_of(billing, stripe, asked(billing, "acme"))

    def broken(*_):
        raise RuntimeError("no disk")

    with monkeypatch.context() as patched:
        patched.setattr("billing.settlement.service.recharges.complete", broken)
        assert http.post(WEBHOOK, content=body, headers=headers).status_code == 500
    assert billing.balance("acme").top_up == usd(0)

    assert http.post(WEBHOOK, content=body, headers=headers).json() == {"outcome": "applied"}
    assert billing.balance("acme").top_up == usd(50)


def test_a_customer_sees_cancels_and_manages_what_is_theirs(http, billing, stripe):
    receipt, card = asked(billing, "acme"), a_saved_card(billing, stripe, "acme")
    other = asked(billing, an_account(billing, "other"))

    [seen] = http.get("/v1/account/payments").json()["payments"]
    assert (seen["id"], seen["state"], seen["amount"]) == (
        receipt.payment.id,
        "waiting",
        {"amount": "50.00", "currency": "USD"},
    )
    assert http.post(f"/v1/account/payments/{receipt.payment.id}/cancel").json()["state"] == "cancelled"
    assert problem(http.post(f"/v1/account/payments/{other.payment.id}/cancel"), 404, "payment_not_found")
    assert [each["id"] for each in http.get("/v1/account/cards").json()["cards"]] == [card]
    assert http.post(f"/v1/account/cards/{card}/default").json()["cards"][0]["default"]
    assert http.delete(f"/v1/account/cards/{card}").json() == {"cards": []}
    assert problem(http.delete(f"/v1/account/cards/{card}"), 404, "card_not_found")
    assert {entry.actor for entry in billing.audit_trail(subject="acme") if entry.action == "card.remove"} == {
        "customer:ann"
    }


def test_an_operator_sends_money_back_once_and_nobody_else_does(http, billing, stripe):
    payment = paid(billing, stripe, "acme")
    path, body = f"/v1/operator/payments/{payment}", {"amount": "20.00", "reason": "asked for"}
    assert http.post(f"{path}/refunds", json=body, headers={"Idempotency-Key": "r"}).status_code == 401
    http.headers["Authorization"] = f"Bearer {billing.create_api_key('olga', ['operator']).key}"

    refunds = [http.post(f"{path}/refunds", json=body, headers={"Idempotency-Key": "r"}) for _ in range(2)]

    assert [answer.status_code for answer in refunds] == [201, 201]
    assert refunds[0].json() == refunds[1].json()
    detail = http.get(path).json()
    assert detail["payment"]["refunded"] == {"amount": "20.00", "currency": "USD"}
    assert [each["state"] for each in detail["refunds"]] == ["succeeded"]
    assert http.get("/v1/operator/payments", params={"state": "succeeded"}).json()["payments"] == [detail]
    assert http.post("/v1/operator/payments/reconcile").json()["failed"] == 0
    too_much = http.post(f"{path}/refunds", json=body | {"amount": "30.01"}, headers={"Idempotency-Key": "r-2"})
    assert problem(too_much, 422, "refund_too_large")
    assert [entry.actor for entry in billing.audit_trail(subject=payment)] == ["operator:olga"]


def test_without_stripe_there_is_no_webhook(http, tmp_path, stripe):
    plain = Billing.open(
        settings(stripe, f"sqlite:///{tmp_path / 'x.db'}").model_copy(update={"stripe_secret_key": None})
    )
    http.app.state.billing = plain

    assert problem(http.post(WEBHOOK, content=b"{}"), 404, "not_found")
    plain.close()
