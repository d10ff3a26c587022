from __future__ import annotations

from typing import Any

import pytest

from billing.api import Billing, Period
from tests.integration.gateway.conftest import problem

ACCOUNTS = ["acme", "sakura", "hangang", "expired", "paused", "pending", "empty"]


@pytest.fixture(scope="module")
def billing(server):
    opened = Billing.open(server.settings)
    yield opened
    opened.close()


def numbers(value: Any) -> list[float]:
    if isinstance(value, float):
        return [value]
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    return [number for item in value for number in numbers(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_figures_are_those_of_billing_and_never_floats(server, billing, account: str) -> None:
    customer = server.customer(account)

    def told(path: str) -> Any:
        answer = customer.get(f"/v1/account{path}")
        assert answer.status_code == 200, answer.text
        assert numbers(answer.json()) == []
        return answer.json()

    assert told("")["currency"] == billing.account(account).currency
    assert told("/balance")["available"]["amount"] == billing.balance(account).available.plain()
    assert told("/usage") == billing.usage(account).model_dump(mode="json", by_alias=True)
    assert told("/services") == billing.service_usage(account).model_dump(mode="json", by_alias=True)
    assert told("/forecast") == billing.forecast(account).model_dump(mode="json")
    assert [i["number"] for i in told("/invoices")["invoices"]] == [i.number for i in billing.invoices(account)]
    assert [r["id"] for r in told("/requests")["requests"]] == [r.id for r in billing.requests(account)]
    plan = billing.plan(account)
    if plan is None:
        assert problem(customer.get("/v1/account/plan"), 404, "plan_none")
    else:
        assert told("/plan") == plan.model_dump(mode="json")


def test_a_period_is_reported_in_the_accounts_zone(server, billing) -> None:
    period = {"from": "2026-10-01", "to": "2026-10-31"}
    told = server.customer("sakura").http.get("/v1/account/usage", params=period).json()
    assert told["period"] == period
    assert told["spend"]["amount"] == billing.usage("sakura", Period.model_validate(period)).spend.plain()


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
def test_use_is_reported_in_steps(server, billing, granularity) -> None:
    told = server.customer("sakura").http.get("/v1/account/usage", params={"granularity": granularity}).json()
    found = billing.usage_trend("sakura", None, granularity)
    assert told == found.model_dump(mode="json", by_alias=True)
    assert told["series"][0]["services"]


def test_the_own_use_is_priced_on_every_plan(server, billing) -> None:
    http = server.customer("acme").http
    told = http.get("/v1/account/recommendation", params={"days": 90}).json()
    found = billing.recommendation("acme", 90)
    assert told["best"] == found.best.model_dump(mode="json")
    assert len(told["options"]) == 7
    refused = http.get("/v1/account/recommendation", params={"days": 45})
    assert problem(refused, 422, "request_invalid")


def test_plans_are_compared_at_other_volumes(server, billing) -> None:
    told = server.customer("acme").http.get("/v1/account/plan-comparison").json()
    assert told == billing.plan_comparison("acme").model_dump(mode="json", by_alias=True) | {
        "recommendation": told["recommendation"]  # its `as_of` is a moment older
    }
    assert {len(point["totals"]) for point in told["points"]} == {len(told["lines"])} == {7}


def test_what_if_is_answered_and_what_cannot_be_is_refused(server) -> None:
    http = server.customer("acme").http
    before = http.get("/v1/account/balance").json()["position"]
    changes = [{"kind": "traffic", "factor": "1.3"}, {"kind": "top_up", "amount": "50"}]
    told = http.post("/v1/account/what-if", json={"changes": changes, "days": 30}).json()
    assert told["changed"]["topped_up"] == {"amount": "50.00", "currency": "USD"}
    assert told["present"]["topped_up"] == {"amount": "0.00", "currency": "USD"}
    refused = http.post("/v1/account/what-if", json={"changes": [{"kind": "plan", "plan": "unheard-of"}]})
    assert problem(refused, 404, "plan_not_found")
    for body in ({"changes": [{"kind": "luck"}]}, {"changes": [], "days": 366}, {}):
        assert problem(http.post("/v1/account/what-if", json=body), 422, "request_invalid")
    assert http.get("/v1/account/balance").json()["position"] == before


@pytest.mark.parametrize(
    "period",
    [{"from": "2026-10-02", "to": "2026-10-01"}, {"from": "2026-10-02"}, {"from": "1990-01-01", "to": "2026-01-01"}],
)
def test_a_period_that_cannot_be_is_refused(server, period) -> None:
    assert problem(server.customer("acme").http.get("/v1/account/usage", params=period), 422, "period_invalid")


def test_a_day_that_is_none_is_refused(server) -> None:
    answer = server.customer("acme").http.get("/v1/account/usage", params={"from": "2026-02-31", "to": "x"})
    assert problem(answer, 422, "request_invalid")


def test_the_credit_history_is_paged_without_loss(server) -> None:
    customer = server.customer("hangang")
    whole = customer.http.get("/v1/account/credit-history", params={"limit": 100}).json()["entries"]
    paged, cursor = [], None
    while len(paged) < 100:
        query = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        page = customer.http.get("/v1/account/credit-history", params=query).json()
        paged, cursor = paged + page["entries"], page["next_cursor"]
    assert [entry["id"] for entry in paged[:100]] == [entry["id"] for entry in whole]


def test_the_description_of_the_calls_is_served(server) -> None:
    paths = server.visitor().get("/openapi.json").json()["paths"]
    assert {"/v1/conversations", "/v1/account/balance", "/health/ready"} <= paths.keys()


def test_what_is_not_there_is_a_problem_too(server) -> None:
    assert problem(server.visitor().get("/v1/nothing"), 404, "not_found")
    assert problem(server.visitor().http.delete("/v1/conversations"), 405, "method_not_allowed")


def test_the_page_allows_nothing_from_elsewhere(server) -> None:
    answer = server.visitor().get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
