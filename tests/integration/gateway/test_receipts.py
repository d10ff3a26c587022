"""Signed receipts over HTTP: their owner gets the bytes that were signed, anybody the keys and the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from billing.api import verify_receipt
from billing.config import Settings
from billing.receipt_keys import PublicKeys
from gateway.app import create_app
from gateway.auth import issue
from tests.builders.accounts import a_top_up, an_account
from tests.builders.catalogue import a_catalogue
from tests.integration.gateway.conftest import problem


@pytest.fixture
def http(billing, database_url, tmp_path) -> TestClient:
    """Asks the app itself, without its start: no model is loaded."""
    billing.load_catalogue(a_catalogue(tmp_path))
    app = create_app(Settings(database_url=database_url))
    app.state.billing = billing
    return TestClient(app)


@pytest.fixture
def as_(http):
    def headers(account: str) -> dict[str, str]:
        token = issue(http.app.state.settings, account, "ann", timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def receipt(billing, http) -> str:
    an_account(billing, "other")
    return a_top_up(billing, an_account(billing), 50).signed


def test_the_owner_lists_and_gets_the_file_as_it_was_signed(http, billing, as_, receipt) -> None:
    listed = http.get("/v1/account/receipts", headers=as_("acme")).json()["receipts"]
    assert [(each["id"], each["what"]) for each in listed] == [(receipt, "top_up")]

    answer = http.get(f"/v1/account/receipts/{receipt}", headers=as_("acme"))
    assert answer.content == billing.signed_receipt("acme", receipt)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{receipt}.json"'
    assert "no-store" in answer.headers["cache-control"]


def test_nobody_else_gets_it(http, as_, receipt) -> None:
    assert http.get("/v1/account/receipts", headers=as_("other")).json() == {"receipts": []}
    problem(http.get(f"/v1/account/receipts/{receipt}", headers=as_("other")), 404, "receipt_not_found")
    assert http.get(f"/v1/account/receipts/{receipt}").status_code == 401


def test_the_pdf_of_a_top_up_is_still_there_under_the_same_number(http, as_, receipt) -> None:
    answer = http.get(f"/v1/account/receipts/{receipt}.pdf", headers=as_("acme"))
    assert answer.content.startswith(b"%PDF-")


def test_anybody_gets_the_keys_and_verifies_by_them_alone(http, billing, receipt) -> None:
    answer = http.get("/.well-known/receipt-keys.json")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "d" not in answer.json()["keys"][0]  # the private half
    assert verify_receipt(billing.signed_receipt(None, receipt), PublicKeys.read(answer.content)).valid


def test_the_page_holds_the_keys_and_may_contact_nobody(http) -> None:
    answer = http.get("/receipts/verify")
    [keys] = re.findall(r'<script type="application/json" id="keys">(.*?)</script>', answer.text)
    assert json.loads(keys) == http.get("/.well-known/receipt-keys.json").json()
    [meta] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', answer.text)
    assert answer.headers["content-security-policy"] == f"{meta}; frame-ancestors 'none'"
    rules = dict(rule.strip().split(" ", 1) for rule in meta.split(";"))
    assert rules.pop("default-src") == "'none'"
    [script] = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert rules.pop("script-src") == _hash(script)
    assert rules.pop("style-src") == _hash(style)
    assert rules == {
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
