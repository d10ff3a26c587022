"""Meters over HTTP, on a real server."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from billing.api import Billing
from tests.integration.gateway.conftest import problem

PATH = "/v1/usage-events"
BATCH = "application/cloudevents-batch+json"
SINGLE = "application/cloudevents+json"


@pytest.fixture(scope="module")
def billing(server):
    opened = Billing.open(server.settings)
    opened.create_account("metered", name="Metered", currency="USD")
    yield opened
    opened.close()


@pytest.fixture
def meter(server, billing):
    key = billing.create_api_key("meter", ["usage:write"]).key
    with httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        yield http


def an_event(number: object, **changes) -> dict:
    return {
        "specversion": "1.0",
        "type": "usage.recorded",
        "source": "http",
        "id": f"e-{number}",
        "subject": "metered",
        "time": datetime(2026, 1, 1, tzinfo=UTC).isoformat() if number == "old" else datetime.now(UTC).isoformat(),
        "data": {"service": "bot_session", "quantity": "1"},
    } | changes


def send(meter, body, kind: str = BATCH, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return meter.post(PATH, content=content, headers={"Content-Type": kind} | headers)


def test_a_batch_is_answered_one_by_one_and_kept_but_for_what_is_refused(billing, meter):
    first = an_event("batch")
    answer = send(meter, [first, first, an_event("nobodys", subject="nobody"), an_event("old")])

    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["repeated"], told["refused"]) == (1, 1, 2)
    assert [event["status"] for event in told["events"]] == ["accepted", "repeated", "refused", "refused"]
    assert told["events"][2] == {
        "index": 2,
        "source": "http",
        "id": "e-nobodys",
        "status": "refused",
        "code": "account_not_found",
        "reason": "No account has that id: nobody",
    }
    assert told["events"][3]["code"] == "usage_too_old"
    assert send(meter, [first]).json()["repeated"] == 1
    assert billing.usage("metered").sessions == 1


def test_one_event_counts_in_structured_and_in_binary_mode(billing, meter):
    before = billing.usage("metered").sessions
    structured, binary = an_event("structured"), an_event("binary")
    attributes = {f"ce-{name}": value for name, value in binary.items() if name != "data"}

    assert send(meter, structured, SINGLE).json()["accepted"] == 1
    assert send(meter, binary["data"], "application/json", **attributes).json()["accepted"] == 1

    assert billing.usage("metered").sessions == before + 2


def test_one_event_that_is_refused_is_a_problem_with_its_code(meter):
    answer = send(meter, an_event("one", subject="nobody"), SINGLE)
    assert problem(answer, 404, "account_not_found")
    assert [event["code"] for event in answer.json()["events"]] == ["account_not_found"]
    send(meter, an_event("two"), SINGLE)
    assert problem(
        send(meter, an_event("two", data={"service": "bot_session", "quantity": "2"}), SINGLE),
        409,
        "usage_event_conflict",
    )
    assert problem(send(meter, an_event("old"), SINGLE), 422, "usage_too_old")


def test_a_body_that_is_none_is_a_problem(meter):
    assert problem(send(meter, b"{"), 400, "usage_events_unreadable")
    assert problem(send(meter, an_event(1), "application/json"), 400, "usage_events_unreadable")
    assert problem(send(meter, b"[" + b" " * 1024 * 1024 + b"]"), 413, "body_too_large")
    assert problem(send(meter, [an_event(n) for n in range(1001)]), 422, "usage_batch_too_large")


def test_only_a_key_for_usage_is_let_in(server, billing, meter):
    events = [an_event("locked out")]
    operator = billing.create_api_key("operator", ["operator"])
    revoked = billing.create_api_key("revoked", ["usage:write"])
    billing.revoke_api_key(revoked.id)
    token = server.customer("acme").http.headers["Authorization"].removeprefix("Bearer ")
    mistyped = meter.headers["Authorization"][:-1] + "~"

    assert problem(httpx.post(server.address + PATH, json=events), 401, "api_key_missing")
    for key in (revoked.key, token, "x", mistyped.removeprefix("Bearer ")):
        answer = send(meter, events, Authorization=f"Bearer {key}")
        assert problem(answer, 401, "api_key_invalid")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert problem(send(meter, events, Authorization=f"Bearer {operator.key}"), 403, "api_key_scope_missing")
    assert send(meter, events).json()["accepted"] == 1
