"""What the CRM tells: on the route alone, with the examples of docs/webhooks.md as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from billing.api import Billing, Request, RequestDetails
from billing.config import Settings
from billing.outbox.webhook import sign
from gateway import errors
from gateway.limits import Limits
from gateway.routes import sales
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.life import confirmed
from tests.builders.receivers import Receiver
from tests.integration.gateway.conftest import problem

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SENT, TAKEN = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL))
[RECEIVER] = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
SECRET = "w" * 40


@pytest.fixture
def billing(billing, database_url, clock, tmp_path):
    billing.load_catalogue(a_catalogue(tmp_path))
    settings = Settings(database_url=database_url, sales_webhook_url="http://127.0.0.1:9/", sales_webhook_secret=SECRET)
    return Billing(billing.database, settings, clock)


@pytest.fixture
def http(billing):
    app = FastAPI()
    errors.install(app)
    app.add_middleware(Limits)
    app.include_router(sales.router)
    app.state.billing = billing
    with TestClient(app) as client:
        yield client


@pytest.fixture
def request_made(billing):
    account = an_account(billing)
    return billing.contact_sales(
        account_id=account, topic="quote", contact="ann@example.com", message="Hello", language="en", key="r-1"
    )


def send(http, billing, event, *, secret=SECRET, late=0, **headers):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    timestamp = str(int(billing.now().timestamp()) - late)
    signed = {"X-Timestamp": timestamp, "X-Signature": f"sha256={sign(secret, timestamp, body)}"}
    return http.post("/v1/webhooks/sales", content=body, headers=signed | headers)


def about(request: Request, **changes):
    return TAKEN | {"data": TAKEN["data"] | {"request": request.id} | changes}


def test_the_example_moves_the_request_once(http, billing, request_made):
    first, again = (send(http, billing, about(request_made)) for _ in range(2))

    assert first.json() == again.json() == {"request": request_made.id, "state": "in_progress"}
    [request] = billing.requests("acme")
    assert (request.state, request.answer) == ("in_progress", TAKEN["data"]["note"])


@pytest.mark.parametrize("late", [301, -301])
def test_an_event_out_of_its_time_is_refused(http, billing, request_made, late):
    assert problem(send(http, billing, about(request_made), late=late), 401, "signature_invalid")
    assert billing.requests("acme")[0].state == "open"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature": ""},
        {"X-Signature": "sha256=" + "0" * 64},
        {"X-Timestamp": "soon"},
        {"X-Timestamp": "9" * 40},
        {"X-Signature": "sha256=é".encode()},
    ],
)
def test_a_forged_event_is_refused(http, billing, request_made, headers):
    assert problem(send(http, billing, about(request_made), **headers), 401, "signature_invalid")
    assert problem(send(http, billing, about(request_made), secret="x" * 40), 401, "signature_invalid")
    assert billing.requests("acme")[0].state == "open"


def test_without_a_secret_nothing_is_genuine(http, billing, request_made):
    http.app.state.billing = Billing(billing.database, Settings(database_url=billing.database.url), billing.now)

    assert problem(send(http, billing, about(request_made), secret=""), 401, "signature_invalid")


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (b"{", 422, "request_invalid"),
        ({"id": 1, "type": "request.sales.answered", "data": SENT["data"]}, 422, "request_invalid"),
        (TAKEN | {"data": TAKEN["data"] | {"state": "closed"}}, 422, "request_invalid"),
        (TAKEN | {"data": {"request": "R-999999", "state": "won"}}, 404, "request_not_found"),
        (TAKEN | {"data": {"request": "R-000001", "state": "answered"}}, 422, "note_invalid"),
        (b" " * 70_000, 413, "body_too_large"),
    ],
)
def test_what_is_no_such_event_is_refused(http, billing, request_made, event, status, code):
    assert problem(send(http, billing, event), status, code)
    assert billing.requests("acme")[0].state == "open"


def test_the_receiver_of_the_docs_takes_what_is_really_sent_once(billing, clock):
    names: dict = {}
    exec(RECEIVER, names)
    account, receive = an_account(billing), names["receive"]
    confirmed(billing, account, "renderer")
    with Receiver().running() as crm:
        billing = Billing(billing.database, Settings(sales_webhook_url=crm.url, sales_webhook_secret=SECRET), clock)
        details = RequestDetails.model_validate(SENT["data"]["details"])
        billing.contact_sales(
            account_id=account,
            topic="quote",
            contact="buyer@example.com",
            message="Hello",
            language="en",
            key="r-1",
            details=details,
            attach=True,
        )
        crm.answers = [500]
        billing.deliver_outbox()
        clock.forward(minutes=1)
        billing.deliver_outbox()
    first, second = crm.deliveries
    now = clock.now.timestamp()

    event = receive(SECRET, first.headers, first.body, now)
    assert receive(SECRET, second.headers, second.body, now) is None

    assert keys(event) == keys(SENT)
    for spoiled in (first.body.replace(b"Hello", b"Howdy"), first.body + b" "):
        with pytest.raises(PermissionError, match="forged"):
            receive(SECRET, first.headers, spoiled, now)
    with pytest.raises(PermissionError, match="old"):
        receive(SECRET, first.headers, first.body, now + 600)


def keys(value):
    """The shape: every name, at every depth."""
    if isinstance(value, dict):
        return {name: keys(of) for name, of in value.items()}
    return keys(value[0]) if isinstance(value, list) and value and isinstance(value[0], dict) else None
