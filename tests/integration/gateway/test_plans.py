"""A plan's life over HTTP, on the routes alone: no model is needed for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from billing.config import Settings
from gateway import errors
from gateway.auth import issue
from gateway.routes import account, plans
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.integration.gateway.conftest import problem


@pytest.fixture
def http(billing, database_url, tmp_path):
    billing.load_catalogue(a_catalogue(tmp_path))
    for name in ("acme", "other"):
        an_account(billing, name)
    app = FastAPI()
    errors.install(app)
    app.include_router(account.router)
    app.include_router(plans.router)
    app.state.billing, app.state.settings = billing, Settings(database_url=database_url)
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {issue(app.state.settings, 'acme', 'ann', timedelta(minutes=5))}"
        yield client


def post(http, action, body, key="k-1"):
    return http.post(f"/v1/account/plan/{action}", json=body, headers={"Idempotency-Key": key})


def do(http, action, key, **query):
    told = http.get(f"/v1/account/plan/terms/{action}", params=query)
    assert told.status_code == 200, told.text
    return post(http, action, query | {"terms_checksum": told.json()["checksum"]}, key)


def test_an_offer_is_declined_once_by_its_own_customer_only(http, billing):
    offered = billing.prepare_plan("acme", "starter", "monthly")
    others = billing.prepare_plan("other", "starter", "monthly")

    first = http.post("/v1/account/plan/decline", json={"offer": offered.number, "reason": "Too dear <b>"})

    assert first.status_code == 200, first.text
    assert first.json()["reason"] == "Too dear <b>"
    again = http.post("/v1/account/plan/decline", json={"offer": offered.number})
    assert again.json() == first.json()
    assert problem(http.post("/v1/account/plan/decline", json={"offer": others.number}), 404, "offer_not_found")
    assert billing.plan_offer("other") == others
    [entry] = billing.audit_trail(subject="acme", limit=1)
    assert (entry.actor, entry.action) == ("customer:ann", "plan.decline")


def test_an_offer_is_seen_and_confirmed_once(http, billing):
    assert problem(http.get("/v1/account/plan-offer"), 404, "offer_not_found")
    billing.prepare_plan("acme", "starter", "monthly")
    seen = http.get("/v1/account/plan-offer").json()
    assert seen["begins"]["price"] == {"amount": "9.00", "currency": "USD"}
    assert http.get("/v1/account/plan-offers").json()["offers"] == [seen]
    body = {"offer": seen["number"], "terms_checksum": seen["checksum"]}

    first = post(http, "confirm", body)

    assert first.status_code == 200, first.text
    assert post(http, "confirm", body).json() == first.json()
    assert http.get("/v1/account/plan").json()["status"] == "active"
    assert problem(post(http, "confirm", body, "k-2"), 404, "offer_not_found")


def test_a_changed_offer_is_a_conflict_and_anothers_is_not_found(http, billing):
    seen = billing.prepare_plan("acme", "starter", "monthly")
    billing.prepare_plan("acme", "renderer", "monthly", replaces=seen.number)
    body = {"offer": seen.number, "terms_checksum": seen.checksum}
    assert problem(post(http, "confirm", body), 409, "terms_changed")
    other = billing.prepare_plan("other", "starter", "monthly")
    assert problem(
        post(http, "confirm", {"offer": other.number, "terms_checksum": other.checksum}), 404, "offer_not_found"
    )


def test_a_whole_life(http, billing, clock):
    billing.prepare_plan("acme", "starter", "monthly")
    assert do(http, "confirm", "k-1", offer=billing.plan_offer("acme").number).status_code == 200
    clock.forward(days=1)
    assert do(http, "pause", "k-2").json()["action"] == "pause"
    assert problem(http.get("/v1/account/plan/terms/change", params={"plan": "renderer"}), 422, "plan_is_paused")
    assert do(http, "resume", "k-3").status_code == 200
    upgraded = do(http, "change", "k-4", plan="renderer").json()
    assert (upgraded["effective"], upgraded["credited"]["currency"]) == ("now", "USD")
    assert do(http, "renew", "k-5").json()["effective"] == "period_end"
    assert do(http, "undo", "k-6").json()["undoes"] == "renew"
    assert do(http, "cancel", "k-7").json()["effective"] == "period_end"
    assert http.get("/v1/account/plan").json()["cancelled"] is True


def test_a_step_needs_a_key_a_customer_and_its_terms(http, billing):
    assert problem(http.post("/v1/account/plan/pause", json={"terms_checksum": "x"}), 422, "request_invalid")
    assert problem(post(http, "pause", {}), 422, "request_invalid")
    assert problem(http.get("/v1/account/plan/terms/change"), 422, "request_invalid")
    assert problem(http.get("/v1/account/plan/terms/confirm"), 422, "request_invalid")
    assert problem(post(http, "pause", {"terms_checksum": "x"}), 422, "plan_not_in_force")
    del http.headers["Authorization"]
    assert problem(post(http, "pause", {"terms_checksum": "x"}), 401, "token_missing")
