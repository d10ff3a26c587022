"""The operators' console: sessions, forms, roles."""

from __future__ import annotations

import pytest

from billing.api import Billing
from tests.attacks.console import PASSWORD
from tests.attacks.hands import refused
from tests.attacks.table import attack

FORM = "a form carries its session's token, and the browser's word on where it came from"


def credit(server) -> str:
    billing = Billing.open(server.settings)
    told = str(billing.balance("empty").top_up)
    billing.close()
    return told


@attack("CSRF: a form without a token, with another, with another operator's", FORM)
def test_a_form_needs_its_sessions_token(server, operators) -> None:
    finance, before = operators["finance"], credit(server)
    fields = {"amount": "10", "direction": "add", "reason": "attack", "key": "a"}
    for token in ("", "0" * 64, operators["second"].token()):
        assert finance.post("accounts/empty/correct", token=token, **fields).status_code == 403
    assert credit(server) == before


@attack("CSRF: a form with the right token from another site, as browsers tell of it", FORM)
@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(server, operators, told) -> None:
    before = credit(server)
    fields = {"amount": "10", "direction": "add", "reason": "attack", "key": "b"}
    assert operators["finance"].post("accounts/empty/correct", headers=told, **fields).status_code == 403
    assert credit(server) == before


@attack("support calling what is finance's and the administrator's: pages and forms", "one gate, one table of roles")
def test_a_role_does_no_more_than_it_may(server, operators) -> None:
    support, before = operators["support"], credit(server)
    token = support.token()
    for path in ("transfers", "payments", "corrections", "audit", "exports", "accounts/empty/correct"):
        assert support.get(path).status_code == 403, path
    for path in (
        "accounts/empty/correct",
        "corrections/1/approve",
        "exports/audit",
        "outbox/1/retry",
        "transfers/x/confirm",
    ):
        answer = support.post(path, token=token, amount="1", direction="add", reason="x", key="c", password=PASSWORD)
        assert answer.status_code in {403, 404, 405}, path
    assert operators["finance"].post("exports/audit").status_code == 403
    assert credit(server) == before


@attack(
    "approving one's own correction above the limit; ten parts below it",
    "another person approves; a day's parts count together",
)
def test_nobody_approves_their_own_correction(server, operators) -> None:
    finance, before = operators["finance"], credit(server)
    fields = {"amount": "5000", "direction": "add", "reason": "attack", "password": PASSWORD}
    assert finance.post("accounts/empty/correct", key="own", **fields).status_code == 303
    page = finance.get("corrections").text
    number = page.partition("/console/corrections/")[2].partition("/")[0]
    assert number
    assert finance.post(f"corrections/{number}/approve", password=PASSWORD).status_code >= 400
    assert credit(server) == before


@attack(
    "the console's calls with a customer's token, and the customer's calls with a console's cookie",
    "two kinds of proof",
)
def test_a_customer_is_no_operator_and_an_operator_no_customer(acme, operators) -> None:
    assert acme.get("/console/accounts").status_code == 303
    assert refused(operators["admin"].http.get("/v1/account"), 401, "token_missing")
