from __future__ import annotations

import json

from tests.integration.gateway.telemetry.conftest import Watched

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


def traced(number: int) -> tuple[str, dict[str, str]]:
    trace_id = f"{TRACE[:-1]}{number}"
    return trace_id, {"traceparent": f"00-{trace_id}-{PARENT}-01"}


def test_a_callers_trace_is_gone_on_with_in_the_answer_the_log_and_the_spans(watched: Watched) -> None:
    trace_id, header = traced(1)
    customer = watched.server.customer("acme")
    conversation = customer.open()

    answer = customer.post(conversation, {"text": "What is my balance?"}, **header)

    assert answer.headers["x-request-id"] == trace_id
    assert answer.headers["traceparent"].split("-")[1] == trace_id
    lines = [json.loads(line) for line in watched.server.log.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line.get("trace_id") == trace_id and line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == (
        "POST",
        "/v1/conversations/{conversation_id}/messages",
        200,
    )
    spans = watched.spans.of(trace_id, until="POST /v1/conversations/{conversation_id}/messages")
    request = spans["POST /v1/conversations/{conversation_id}/messages"]
    assert request.parent_span_id.hex() == PARENT
    assert spans["turn"].parent_span_id == request.span_id
    assert spans["nlu"].parent_span_id == spans["turn"].span_id
    assert spans["action_show_balance"].parent_span_id == spans["turn"].span_id
    assert spans["billing.balance"].parent_span_id == spans["action_show_balance"].span_id


def test_a_problem_names_its_trace(watched: Watched) -> None:
    trace_id, header = traced(3)

    answer = watched.server.visitor().http.get("/v1/account", headers=header)

    assert answer.status_code == 401
    assert answer.json()["trace_id"] == answer.headers["x-request-id"] == trace_id


def test_a_header_out_of_form_begins_a_new_trace(watched: Watched) -> None:
    given = f"00-{'0' * 32}-{PARENT}-01"

    first = watched.server.visitor().http.get("/health/live", headers={"traceparent": given})

    assert len(first.headers["x-request-id"]) == 32
    assert first.headers["x-request-id"] != "0" * 32
