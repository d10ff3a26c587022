from __future__ import annotations

import re

import pytest

from billing.config import ROOT
from tests.integration.gateway.conftest import problem
from tests.integration.gateway.telemetry.conftest import Watched


def figure(scraped: str, start: str) -> float:
    found = [line for line in scraped.splitlines() if line.startswith(start)]
    assert found, f"no {start} in\n{scraped}"
    return float(found[0].rpartition(" ")[2])


def scraped(watched: Watched) -> str:
    answer = watched.server.visitor().http.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


def test_requests_and_turns_are_counted_by_names_of_ours_alone(watched: Watched) -> None:
    customer = watched.server.customer("acme")
    conversation = customer.open()
    customer.say(conversation, "What is my balance?")
    customer.http.get(f"/v1/account/{conversation}")

    told = scraped(watched)

    route = 'route="/v1/conversations/{conversation_id}/messages"'
    assert figure(told, f'billing_assistant_requests_total{{method="POST",{route},status="200"}}') >= 1
    assert figure(told, f'billing_assistant_request_seconds_count{{method="POST",{route}}}') >= 1
    assert figure(told, 'billing_assistant_turns_total{outcome="answered",topic="show_balance"}') >= 1
    assert figure(told, "billing_assistant_turns_in_hand") == 0
    assert figure(told, "billing_assistant_database_up") == 1
    assert figure(told, "billing_assistant_database_connections_max") == 15
    assert figure(told, 'billing_assistant_outbox_events{state="dead"}') == 0
    assert figure(told, 'billing_assistant_chore_last_success_timestamp_seconds{chore="deliver the outbox"}') > 1e9
    assert re.search(r'build_info\{model="[0-9a-f]{64}",version="\d+\.\d+\.\d+"\} 1', told)
    assert "acme" not in told
    assert conversation not in told


def test_what_comes_through_a_proxy_needs_the_token(watched: Watched) -> None:
    answer = watched.server.visitor().http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"})

    assert problem(answer, 403, "metrics_closed")


DEPLOY = ROOT / "deploy"
_NAME = re.compile(r"billing_assistant_[a-z_]+")


@pytest.mark.parametrize("file", ["grafana/billing-assistant.json", "prometheus/rules.yml"])
def test_every_figure_of_the_board_and_of_the_alerts_is_in_a_scrape(watched: Watched, file: str) -> None:
    asked = set(_NAME.findall((DEPLOY / file).read_text()))

    told = set(re.findall(r"^# TYPE (\S+)", scraped(watched), re.MULTILINE))
    told |= {f"{name}{end}" for name in told for end in ("_bucket", "_count", "_sum")}

    assert len(asked) >= 8
    assert asked <= told
