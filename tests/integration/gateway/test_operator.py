"""The operator's calls, on the app itself: no route without the key, no change without its row in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from billing.api import Billing
from billing.config import Settings
from gateway.app import create_app
from gateway.auth import issue
from gateway.conversations.models import ConversationRow
from gateway.handoff.service import Handoffs
from gateway.unsure import store
from gateway.unsure.service import Unsure
from gateway.unsure.store import Masked
from tests.builders.accounts import a_plan, a_top_up, an_account
from tests.builders.catalogue import CATALOGUE, a_catalogue
from tests.builders.money import usd
from tests.builders.statements import Line, as_csv
from tests.integration.gateway.conftest import problem

BASE = "/v1/operator"
CONVERSATION = "a-conversation"


@pytest.fixture
def app(billing: Billing, tmp_path: Path):
    billing.load_catalogue(a_catalogue(tmp_path))
    an_account(billing)
    settings = Settings(database_url=billing.database.url)
    made = create_app(settings)
    made.state.billing, made.state.unsure = billing, Unsure(billing, settings)
    made.state.handoffs = Handoffs(billing, settings)
    return made


@pytest.fixture
def key(billing: Billing) -> str:
    return billing.create_api_key("ann", ["operator", "privacy"]).key


@pytest.fixture
def operator(app, key: str) -> TestClient:
    return TestClient(app, headers=bearer(key), raise_server_exceptions=False)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def calls(app) -> list[tuple[str, str]]:
    """Every operator's call: its method and path."""
    described = app.openapi()["paths"]
    return [(m.upper(), path) for path, methods in described.items() if path.startswith(BASE) for m in methods]


def as_sent(path: str) -> str:
    for name, value in (
        ("account_id", "acme"),
        ("transfer_id", "T-000001"),
        ("line_id", "BL-000001"),
        ("payment_id", "P-000001"),
        ("request_id", "R-000001"),
        ("offer", "P-000001"),
        ("message_id", "1"),
        ("conversation_id", CONVERSATION),
    ):
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"{path}: say what stands for it"
    return path


def test_every_call_is_refused_without_an_operators_key(app, billing, key) -> None:
    meters = billing.create_api_key("meter", ["usage:write"]).key
    revoked = billing.create_api_key("left", ["operator"])
    billing.revoke_api_key(revoked.id)
    trail = len(billing.audit_trail())
    found = calls(app)
    assert len(found) > 15
    for method, path in found:
        anybody = TestClient(app, raise_server_exceptions=False)
        assert problem(anybody.request(method, as_sent(path)), 401, "api_key_missing"), path
        for wrong in ("wrong", key[:-1], key.upper(), revoked.key):
            answer = anybody.request(method, as_sent(path), headers=bearer(wrong))
            assert problem(answer, 401, "api_key_invalid"), path
        answer = anybody.request(method, as_sent(path), headers=bearer(meters))
        assert problem(answer, 403, "api_key_scope_missing"), path
    assert len(billing.audit_trail()) == trail


def test_an_address_that_no_database_keeps_is_refused_as_any_that_is_not_there(app, operator, key) -> None:
    both = TestClient(app, headers=bearer(key), raise_server_exceptions=False)
    for path in ("accounts/a%00b/privacy/erasure", "audit?subject=a%00b", "accounts/acme/privacy/erasure?user=%00"):
        answer = both.get(f"{BASE}/{path}")
        assert answer.status_code in {404, 422}, f"{path}: {answer.status_code}"
    assert both.get("/console/accounts/a%00b").status_code == 404


def test_each_key_does_no_more_than_its_scope(app, billing) -> None:
    keys = {scope: billing.create_api_key(scope, [scope]).key for scope in ("operator", "privacy")}
    for method, path in calls(app):
        owner = "privacy" if "/privacy/" in path else "operator"
        for scope, key in keys.items():
            answer = TestClient(app, raise_server_exceptions=False).request(method, as_sent(path), headers=bearer(key))
            if scope == owner:
                assert answer.status_code not in {401, 403}, f"{scope}: {method} {path}"
            else:
                assert problem(answer, 403, "api_key_scope_missing"), f"{scope}: {method} {path}"


def _confirm(operator: httpx.Client, path: str) -> dict[str, str]:
    return {"confirm": operator.get(path).json()["confirm"]}


def changes(billing: Billing) -> dict[tuple[str, str], tuple[Callable[[httpx.Client], Any], str]]:
    """Every call that changes something, how it is made, and what the audit trail calls it."""
    a_top_up(billing, "acme", 50, method="bank_transfer")
    abandoned = a_top_up(billing, "acme", 60, method="bank_transfer")
    billing.open_request("acme", topic="quota", message="More, please", language="en", key="r-1")
    with billing.database.transaction() as session:
        store.see(session, Masked("en", "what about it"), [("show_usage", 0.4)], "asked", billing.now())
        session.add(ConversationRow(id=CONVERSATION, account="acme", user="ann", created_at=billing.now()))
    account, handoff = f"{BASE}/accounts/acme", f"{BASE}/handoffs/{CONVERSATION}"
    new = {"id": "shop", "name": "Shop", "currency": "JPY", "time_zone": "Asia/Tokyo", "language": "ja"}
    adjustment = {"amount": "12.50", "reason": "An apology"}
    dearer = CATALOGUE.replace('"2.4"', '"2.5"').encode()
    return {
        ("POST", f"{BASE}/accounts"): (lambda c: c.post(f"{BASE}/accounts", json=new), "account.create"),
        ("PUT", f"{BASE}/accounts/{{account_id}}/support-tier"): (
            lambda c: c.put(f"{account}/support-tier", json={"tier": "premium"}),
            "support.set",
        ),
        ("POST", f"{BASE}/accounts/{{account_id}}/adjustments"): (
            lambda c: c.post(f"{account}/adjustments", json=adjustment, headers={"Idempotency-Key": "a-1"}),
            "credit.adjust",
        ),
        ("PUT", f"{BASE}/accounts/{{account_id}}/alert-settings"): (
            lambda c: c.put(f"{account}/alert-settings", json={"low_balance": "40", "email": "ann@example.com"}),
            "alerts.set",
        ),
        ("POST", f"{BASE}/transfers/{{transfer_id}}/confirm"): (
            lambda c: c.post(f"{BASE}/transfers/T-000001/confirm"),
            "transfer.confirm",
        ),
        ("POST", f"{BASE}/accounts/{{account_id}}/offers"): (
            lambda c: c.post(f"{account}/offers", json={"plan": "starter"}, headers={"Idempotency-Key": "o-1"}),
            "plan.prepare",
        ),
        ("POST", f"{BASE}/accounts/{{account_id}}/offers/{{offer}}/withdraw"): (
            lambda c: c.post(f"{account}/offers/P-000001/withdraw"),
            "plan.withdraw_offer",
        ),
        ("PUT", f"{BASE}/requests/{{request_id}}/state"): (
            lambda c: c.put(f"{BASE}/requests/R-000001/state", json={"state": "in_progress"}),
            "request.move",
        ),
        ("POST", f"{BASE}/transfers/{{transfer_id}}/cancel"): (
            lambda c: c.post(f"{BASE}/transfers/{abandoned.id}/cancel"),
            "transfer.cancel",
        ),
        ("POST", f"{BASE}/transfers/statements"): (
            lambda c: c.post(f"{BASE}/transfers/statements", content=as_csv([Line("2026-03-09", "7", "rent")])),
            "statement.import",
        ),
        ("POST", f"{BASE}/transfers/lines/{{line_id}}/set-aside"): (
            lambda c: c.post(f"{BASE}/transfers/lines/BL-000001/set-aside", json={"reason": "Not ours"}),
            "bank_line.set_aside",
        ),
        ("POST", f"{BASE}/transfers/lines/{{line_id}}/assign"): (
            lambda c: c.post(f"{BASE}/transfers/lines/BL-000001/assign", json={"account": "acme"}),
            "bank_line.assign",
        ),
        ("POST", f"{BASE}/requests/{{request_id}}/answer"): (
            lambda c: c.post(f"{BASE}/requests/R-000001/answer", json={"note": "Done"}),
            "request.answer",
        ),
        ("POST", f"{BASE}/requests/{{request_id}}/close"): (
            lambda c: c.post(f"{BASE}/requests/R-000001/close", json={}),
            "request.close",
        ),
        ("PUT", f"{BASE}/catalogue"): (
            lambda c: c.put(f"{BASE}/catalogue", content=dearer, headers={"Content-Type": "application/yaml"}),
            "catalogue.load",
        ),
        ("POST", f"{BASE}/handoffs/{{conversation_id}}/take"): (
            lambda c: c.post(f"{handoff}/take", json={"name": "Mia", "uninvited": True}),
            "handoff.take",
        ),
        ("POST", f"{BASE}/handoffs/{{conversation_id}}/messages"): (
            lambda c: c.post(f"{handoff}/messages", json={"text": "Hello"}, headers={"Idempotency-Key": "h-1"}),
            "handoff.say",
        ),
        ("POST", f"{BASE}/handoffs/{{conversation_id}}/hand-back"): (
            lambda c: c.post(f"{handoff}/hand-back"),
            "handoff.return",
        ),
        ("POST", f"{BASE}/handoffs/{{conversation_id}}/close"): (
            lambda c: (
                c.post(f"{handoff}/take", json={"name": "Mia", "uninvited": True}),
                c.post(f"{handoff}/close", json={}),
            )[1],
            "handoff.close",
        ),
        ("POST", f"{BASE}/outbox/retry"): (lambda c: c.post(f"{BASE}/outbox/retry"), "outbox.retry"),
        ("PUT", f"{BASE}/unsure/{{message_id}}/label"): (
            lambda c: c.put(f"{BASE}/unsure/1/label", json={"label": "show_usage"}),
            "unsure.label",
        ),
        ("POST", f"{BASE}/accounts/{{account_id}}/privacy/export"): (
            lambda c: c.post(f"{account}/privacy/export"),
            "privacy.export",
        ),
        ("POST", f"{BASE}/accounts/{{account_id}}/privacy/erasure"): (
            lambda c: c.post(f"{account}/privacy/erasure", json=_confirm(c, f"{account}/privacy/erasure")),
            "privacy.erase",
        ),
    }


LOOKS = {("POST", f"{BASE}/alerts/check"), ("POST", f"{BASE}/payments/reconcile")}
"""Writes what already happened: nobody's decision, so no row."""
ELSEWHERE = {("POST", f"{BASE}/payments/{{payment_id}}/refunds")}
"""Needs a provider: its row is held in tests/integration/billing/payments/test_refunds.py."""


def test_every_change_leaves_a_row_in_the_audit_trail(app, operator, billing) -> None:
    known = changes(billing)
    assert {call for call in calls(app) if call[0] != "GET"} == known.keys() | LOOKS | ELSEWHERE
    for call, (send, action) in known.items():
        newest = billing.audit_trail(limit=1)[0].id
        answer = send(operator)
        assert answer.is_success, (call, answer.text)
        entry = billing.audit_trail(limit=1)[0]
        assert entry.id > newest
        assert (entry.actor, entry.action) == ("operator:ann", action)
        assert entry.at == billing.now()
        assert entry.after is not None
        assert entry.before != entry.after


def test_a_change_that_is_refused_leaves_nothing(operator, billing) -> None:
    before = billing.audit_trail()
    a = f"{BASE}/accounts/acme"
    key = {"Idempotency-Key": "a-1"}
    refused = [
        (operator.post(f"{BASE}/accounts", json={"id": "acme", "name": "A", "currency": "USD"}), 409, "account_exists"),
        (operator.post(f"{BASE}/accounts", json={"id": "x", "name": "A", "currency": "XXX"}), 422, "currency_unknown"),
        (operator.put(f"{BASE}/accounts/no/support-tier", json={"tier": "basic"}), 404, "account_not_found"),
        (
            operator.post(f"{a}/adjustments", json={"amount": "-1", "reason": "r"}, headers=key),
            422,
            "credit_insufficient",
        ),
        (operator.post(f"{a}/adjustments", json={"amount": "0", "reason": "r"}, headers=key), 422, "amount_invalid"),
        (
            operator.post(f"{a}/adjustments", json={"amount": "0.001", "reason": "r"}, headers=key),
            422,
            "amount_too_fine",
        ),
        (operator.post(f"{BASE}/transfers/T-9/confirm"), 404, "transfer_not_found"),
        (operator.post(f"{BASE}/transfers/T-9/cancel"), 404, "transfer_not_found"),
        (operator.post(f"{BASE}/transfers/statements", content=b"no statement"), 422, "statement_unreadable"),
        (operator.post(f"{BASE}/transfers/statements", content=b"x" * 10_000_001), 413, "body_too_large"),
        (operator.post(f"{BASE}/transfers/lines/BL-9/assign", json={"account": "acme"}), 404, "bank_line_not_found"),
        (operator.post(f"{BASE}/transfers/lines/BL-9/set-aside", json={"reason": "r"}), 404, "bank_line_not_found"),
        (operator.post(f"{BASE}/requests/R-9/answer", json={"note": "n"}), 404, "request_not_found"),
        (operator.put(f"{BASE}/catalogue", content=b"services: {}"), 422, "catalogue_invalid"),
        (operator.put(f"{BASE}/catalogue", content=b"\xff\xfe"), 422, "catalogue_invalid"),
        (operator.put(f"{a}/alert-settings", json={"email": "nobody"}), 422, "email_invalid"),
    ]
    for answer, status, code in refused:
        assert problem(answer, status, code)
    assert billing.audit_trail() == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts", {"id": "a b", "name": "A", "currency": "USD"}),
        ("/accounts", {"id": "x" * 65, "name": "A", "currency": "USD"}),
        ("/accounts", {"id": "x", "name": "A\x00", "currency": "USD"}),
        ("/accounts", {"id": "x", "name": "", "currency": "USD"}),
        ("/accounts", {"id": "x", "name": "A", "currency": "USD", "language": "fr"}),
        ("/accounts", {"id": "x", "name": "A", "currency": "USD", "surprise": 1}),
        ("/transfers/lines/BL-000001/assign", {"account": "acme", "invoice": "INV-2026-000001"}),
        ("/transfers/lines/BL-000001/assign", {}),
        ("/accounts/acme/adjustments", {"amount": 12.5, "reason": "r"}),
        ("/accounts/acme/adjustments", {"amount": "1e400", "reason": "r"}),
        ("/accounts/acme/adjustments", {"amount": "NaN", "reason": "r"}),
        ("/accounts/acme/adjustments", {"amount": "1"}),
        ("/accounts/acme/adjustments", {"amount": "1", "reason": " "}),
        ("/accounts/acme/adjustments", {"amount": "1", "reason": "r" * 1001}),
        ("/requests/R-000001/answer", {"note": ""}),
        ("/requests/R-000001/answer", {"note": "n" * 4001}),
    ],
)
def test_what_does_not_have_the_form_is_refused(operator, path, body) -> None:
    answer = operator.post(BASE + path, json=body, headers={"Idempotency-Key": "k"})
    assert problem(answer, 422, "request_invalid"), answer.text


def test_credit_is_corrected_in_both_directions_once_per_key(operator, billing) -> None:
    path, first = f"{BASE}/accounts/acme/adjustments", {"amount": "20", "reason": "An apology"}
    answers = [operator.post(path, json=first, headers={"Idempotency-Key": "a-1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["top_up"] == {"amount": "20.00", "currency": "USD"}
    taken = operator.post(path, json={"amount": "-5.25", "reason": "Too much"}, headers={"Idempotency-Key": "a-2"})
    assert taken.json()["top_up"]["amount"] == "14.75"
    other = operator.post(path, json={"amount": "21", "reason": "An apology"}, headers={"Idempotency-Key": "a-1"})
    assert problem(other, 409, "adjustment_key_reused")
    assert problem(operator.post(path, json=first), 422, "request_invalid")  # no key

    assert billing.balance("acme").top_up == usd("14.75")
    entries = billing.credit_history("acme").entries
    assert [(e.kind, e.bucket, e.amount) for e in entries] == [
        ("correction", "top_up", usd("-5.25")),
        ("correction", "top_up", usd(20)),
    ]
    assert [e.after["reason"] for e in billing.audit_trail(subject="acme")[:2]] == ["Too much", "An apology"]


def test_an_account_is_shown_with_what_it_has(operator, billing) -> None:
    told = operator.get(f"{BASE}/accounts/acme").json()
    assert told["plan"] is None
    assert told["balance"]["available"] == {"amount": "0.00", "currency": "USD"}
    a_plan(billing, "acme")
    assert operator.get(f"{BASE}/accounts/acme").json()["plan"]["status"] == "active"
    assert problem(operator.get(f"{BASE}/accounts/nobody"), 404, "account_not_found")


def test_accounts_and_the_trail_are_paged_without_loss(operator, billing) -> None:
    for number in range(6):
        an_account(billing, f"shop-{number}")
    seen, after = [], None
    for _ in range(4):
        page = operator.get(f"{BASE}/accounts", params={"limit": 2} | ({"after": after} if after else {})).json()
        seen, after = seen + [account["id"] for account in page["accounts"]], page["next"]
    assert (seen, after) == (["acme", *(f"shop-{n}" for n in range(6))], None)

    trail, before = [], None
    while before is not None or not trail:
        page = operator.get(f"{BASE}/audit", params={"limit": 3} | ({"before": before} if before else {})).json()
        trail, before = trail + [entry["id"] for entry in page["entries"]], page["next"]
    assert trail == [entry.id for entry in billing.audit_trail()]
    mine = operator.get(f"{BASE}/audit", params={"subject": "shop-1"}).json()["entries"]
    assert [(entry["action"], entry["subject"]) for entry in mine] == [("account.create", "shop-1")]


def test_a_request_is_answered_then_closed_for_good_and_the_team_is_told(operator, billing) -> None:
    billing.open_request("acme", topic="quota", message="More, please", language="ko", key="r-1")
    path = f"{BASE}/requests/R-000001"
    assert operator.post(f"{path}/answer", json={"note": "네"}).json()["state"] == "answered"
    assert operator.post(f"{path}/answer", json={"note": "네, 됩니다"}).json()["answer"] == "네, 됩니다"
    assert operator.post(f"{path}/close", json={}).json()["answer"] == "네, 됩니다"
    assert problem(operator.post(f"{path}/answer", json={"note": "again"}), 409, "request_closed")
    assert problem(operator.post(f"{path}/close", json={}), 409, "request_closed")

    assert billing.requests("acme")[0].state == "closed"
    assert [r["id"] for r in operator.get(f"{BASE}/requests", params={"state": "closed"}).json()["requests"]] == [
        "R-000001"
    ]
    assert operator.get(f"{BASE}/requests", params={"state": "open"}).json()["requests"] == []
    types = [event["type"] for event in operator.get(f"{BASE}/outbox").json()["events"]]
    assert types == [f"request.support.{what}" for what in ("opened", "answered", "answered", "closed")]


def test_alerts_are_looked_for_listed_and_set(operator, billing) -> None:
    billing.adjust_credit("acme", Decimal(30), reason="r", key="k-1")
    billing.adjust_credit("acme", Decimal(-10), reason="r", key="k-2")
    assert operator.post(f"{BASE}/alerts/check").json() == {"raised": 1, "cleared": 0}
    [alert] = operator.get(f"{BASE}/accounts/acme/alerts").json()["alerts"]
    assert (alert["kind"], alert["figures"]["available"]["amount"]) == ("low_balance", "20.00")
    set_ = operator.put(f"{BASE}/accounts/acme/alert-settings", json={"low_balance": "10"}).json()
    assert set_ == {"low_balance": {"amount": "10.00", "currency": "USD"}, "is_default": False, "email": None}
    assert operator.get(f"{BASE}/accounts/acme/alerts").json()["alerts"] == []
    assert len(operator.get(f"{BASE}/accounts/acme/alerts", params={"only_open": False}).json()["alerts"]) == 1


def test_a_customer_sets_their_own_alerts_and_nobody_elses(app, billing) -> None:
    settings = app.state.settings
    ann = TestClient(app, headers={"Authorization": f"Bearer {issue(settings, 'acme', 'ann', timedelta(minutes=5))}"})
    path = "/v1/account/alert-settings"
    assert ann.get(path).json()["low_balance"] == {"amount": "25.00", "currency": "USD"}
    assert ann.put(path, json={"low_balance": "5", "email": "ann@example.com"}).json()["is_default"] is False
    assert ann.get("/v1/account/alerts").json() == {"alerts": []}
    assert [(e.actor, e.action, e.subject) for e in billing.audit_trail(limit=1)] == [
        ("customer:ann", "alerts.set", "acme")
    ]
    for answer in (TestClient(app).put(path, json={}), TestClient(app).get("/v1/account/alerts")):
        assert problem(answer, 401, "token_missing")
    assert problem(ann.get(f"{BASE}/accounts"), 401, "api_key_invalid")


def test_the_ledger_is_verified(operator) -> None:
    assert operator.get(f"{BASE}/ledger/verify").json() == {"ok": True, "violations": []}


def test_a_body_that_is_too_large_is_refused(operator) -> None:
    assert problem(operator.put(f"{BASE}/catalogue", content=b"#" * 70_000), 413, "body_too_large")


def test_who_calls_too_often_is_told_to_wait(app, operator) -> None:
    app.state.settings = app.state.settings.model_copy(update={"rate_operator": 5})
    answers = [operator.get(f"{BASE}/accounts") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert problem(answers[-1], 429, "too_many_calls")
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)


def test_who_has_no_key_uses_up_nobodys_calls(app, operator) -> None:
    app.state.settings = app.state.settings.model_copy(update={"rate_operator": 3})
    guesses = [TestClient(app).get(f"{BASE}/accounts", headers=bearer(f"guess-{n}")) for n in range(5)]
    assert [answer.status_code for answer in guesses] == [401, 401, 401, 429, 429]
    assert operator.get(f"{BASE}/accounts").status_code == 200


def test_every_call_is_described(app) -> None:
    for path, methods in app.openapi()["paths"].items():
        for described in methods.values():
            if path.startswith(BASE):
                assert described["description"]
                assert {"401", "429"} <= described["responses"].keys()


def test_an_offer_is_built_from_a_request_and_its_refusal_is_shown(operator, billing) -> None:
    asked = billing.open_request("acme", topic="quote", message="A plan, please", language="en", key="r-1")
    body = {
        "plan": "starter",
        "payment_method": "bank_transfer",
        "starts_on": "2030-01-01",
        "valid_until": "2029-12-31",
        "request": asked.id,
    }
    offered = operator.post(f"{BASE}/accounts/acme/offers", json=body, headers={"Idempotency-Key": "o-1"})
    again = operator.post(f"{BASE}/accounts/acme/offers", json=body, headers={"Idempotency-Key": "o-1"})

    assert offered.status_code == 201, offered.text
    assert again.json() == offered.json()
    terms = offered.json()
    assert (terms["request"], terms["valid_until"]) == (asked.id, "2029-12-31")
    assert (terms["begins"]["begins_once_paid"], terms["begins"]["starts_on"]) == (True, "2030-01-01")
    [period] = operator.get(f"{BASE}/accounts/acme/offers").json()["periods"]
    assert (period["number"], period["request"]) == (terms["number"], asked.id)
    [request] = operator.get(f"{BASE}/requests", params={"state": "offered"}).json()["requests"]
    assert request["offer"] == terms["number"]

    billing.decline_plan("acme", terms["number"], reason="price")

    [declined] = operator.get(f"{BASE}/offers/declined").json()["declined"]
    assert (declined["account"], declined["reason"], declined["request"]) == ("acme", "price", asked.id)
    assert operator.get(f"{BASE}/offers/declined", params={"account": "other"}).json() == {"declined": []}


def test_what_became_of_enquiries_is_told_as_json_and_as_csv(operator) -> None:
    days = {"from": "2026-03-01", "to": "2026-03-10", "by": ["topic", "language"]}
    told = operator.get(f"{BASE}/deflection", params=days).json()
    assert (told["by"], told["rows"], told["total"]["outcomes"]["enquiries"]) == (["topic", "language"], [], 0)
    answer = operator.get(f"{BASE}/deflection/csv", params=days)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="deflection-2026-03-01-2026-03-10.csv"'
    assert answer.text.startswith("topic,language,day,outcomes.enquiries")
    wrong = {"from": "2026-03-02", "to": "2026-03-01"}
    assert problem(operator.get(f"{BASE}/deflection", params=wrong), 422, "period_invalid")
