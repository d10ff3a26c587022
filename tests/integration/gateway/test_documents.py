"""Vouchers and papers over HTTP: only for their owner, once per key, in the language asked for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from billing.config import Settings
from billing.invoices import service as invoices
from billing.plans.models import Subscription
from billing.vouchers import guard
from gateway.app import create_app
from gateway.auth import issue
from tests.builders.accounts import a_plan, a_top_up, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.money import usd
from tests.integration.gateway.conftest import problem


class Customer:
    """Asks the app itself, without its start: no model is loaded."""

    def __init__(self, billing, settings, account):
        app = create_app(settings)
        app.state.billing = billing
        self.http = TestClient(app)
        self.http.headers["Authorization"] = f"Bearer {issue(settings, account, 'ann', timedelta(minutes=5))}"

    def get(self, path, **query):
        return self.http.get(f"/v1/account{path}", params=query)

    def redeem(self, code, key="k-1", path="/vouchers"):
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"/v1/account{path}", json={"code": code}, headers=headers)


@pytest.fixture
def customers(billing, database_url, tmp_path):
    billing.load_catalogue(a_catalogue(tmp_path))
    settings = Settings(database_url=database_url)
    return [
        Customer(billing, settings, an_account(billing, account, language=language))
        for account, language in (("acme", "ja"), ("other", "en"))
    ]


@pytest.fixture
def invoice(billing, customers):
    plan = a_plan(billing, "acme")
    with billing.database.transaction() as session:
        return invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number


def test_an_invoice_is_a_file_in_the_accounts_language_or_the_one_asked_for(customers, invoice):
    acme, _ = customers

    answer = acme.get(f"/invoices/{invoice}.pdf")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="{invoice}.pdf"'
    assert (answer.headers["content-language"], answer.content[:5]) == ("ja", b"%PDF-")
    assert acme.get(f"/invoices/{invoice}.pdf", language="ko").headers["content-language"] == "ko"
    assert problem(acme.get(f"/invoices/{invoice}.pdf", language="xx"), 422, "request_invalid")


def test_what_is_anothers_or_not_there_is_not_found(billing, customers, invoice):
    acme, other = customers
    note = billing.credit_invoice(invoice, amount=Decimal(4), reason="r", key="c-1").number
    top_up = a_top_up(billing, "acme", 50).id

    for path, code in (
        (f"/invoices/{invoice}.pdf", "invoice_not_found"),
        (f"/credit-notes/{note}.pdf", "credit_note_not_found"),
        (f"/receipts/{top_up}.pdf", "receipt_not_found"),
    ):
        assert acme.get(path).status_code == 200
        assert problem(other.get(path), 404, code)
    assert problem(acme.get("/invoices/INV-1.pdf"), 404, "invoice_not_found")
    acme.http.headers.pop("Authorization")
    assert problem(acme.get(f"/invoices/{invoice}.pdf"), 401, "token_missing")


def test_credit_notes_are_told_as_data(billing, customers, invoice):
    acme, other = customers
    billing.credit_invoice(invoice, amount=Decimal(4), reason="outage", key="c-1")

    (note,) = acme.get("/credit-notes").json()["credit_notes"]

    assert (note["invoice"], note["total"], note["reason"]) == (
        invoice,
        {"amount": "4.00", "currency": "USD"},
        "outage",
    )
    assert other.get("/credit-notes").json() == {"credit_notes": []}
    (told,) = acme.get("/invoices").json()["invoices"]
    assert (told["credited"]["amount"], told["due"]["amount"]) == ("4.00", "5.00")


def test_a_code_is_redeemed_once_per_key(billing, customers):
    acme, other = customers
    billing.create_voucher_code(usd(50), code="WELCOME50")

    terms = acme.redeem("welcome50", path="/vouchers/terms").json()
    first = acme.redeem("welcome50")

    assert (first.status_code, first.json()["amount"], terms["amount"]["amount"]) == (
        201,
        {"amount": "50.00", "currency": "USD"},
        "50.00",
    )
    assert acme.redeem("welcome50").json() == first.json()
    assert problem(acme.redeem("welcome50", key="k-2"), 409, "voucher_already_redeemed")
    assert problem(other.redeem("welcome50"), 422, "voucher_used_up")
    assert acme.get("/vouchers").json() == {"vouchers": [first.json()]}
    assert other.get("/vouchers").json() == {"vouchers": []}


def test_a_redemption_needs_a_key_and_a_code(customers):
    acme, _ = customers

    assert problem(acme.redeem("WELCOME50", key=None), 422, "request_invalid")
    assert problem(acme.redeem(""), 422, "request_invalid")


def test_guessing_ends_with_too_many_requests(customers):
    acme, _ = customers

    for number in range(guard.MOST):
        assert problem(acme.redeem(f"GUESS{number}"), 422, "voucher_unknown")
    refused = acme.redeem("GUESS")
    assert problem(refused, 429, "voucher_tries_exceeded")
    assert refused.headers["retry-after"] == "3600"
