"""A person takes over in a real server: the customer asks, is answered live, and the assistant goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from billing.api import Billing
from tests.builders.server import Client, Server
from tests.integration.gateway.conftest import problem

PERSON = "I want to talk to a person"


@pytest.fixture(scope="module")
def operator(server: Server) -> Client:
    billing = Billing.open(server.settings)
    key = billing.create_api_key("ann", ["operator"]).key
    billing.close()
    return Client(server.address, {"Authorization": f"Bearer {key}"})


def act(operator: Client, conversation: str, what: str, key: str = "1", **body: str) -> Any:
    path = f"/v1/operator/handoffs/{conversation}/{what}"
    answer = operator.http.post(path, json=body or None, headers={"Idempotency-Key": key})
    assert answer.is_success, answer.text
    return answer.json()


@contextmanager
def listening(customer: Client, conversation: str, after: str | None = None) -> Iterator[Iterator[tuple[str, dict]]]:
    """What comes unasked: (id, message)."""

    def events(answer: httpx.Response) -> Iterator[tuple[str, dict]]:
        told: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                told[name] = value
            elif "data" in told:
                yield told["id"], json.loads(told["data"])
                told = {}

    headers = {"Last-Event-ID": after} if after else {}
    with customer.http.stream("GET", f"/v1/conversations/{conversation}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def asked_for_a_person(customer: Client, message: str) -> str:
    conversation = customer.open()
    customer.say(conversation, PERSON)
    customer.say(conversation, message)
    [done] = customer.say(conversation, "yes, go ahead")
    assert (done["handoff"], "R-" in done["text"]) == ("waiting", True)
    return conversation


def test_a_person_takes_over_and_hands_back(server, operator) -> None:
    customer = server.customer("acme", "takeover")
    conversation = asked_for_a_person(customer, "The container line of 12 November, please")
    [waiting] = [
        h for h in operator.get("/v1/operator/handoffs").json()["handoffs"] if h["conversation"] == conversation
    ]
    assert (waiting["state"], waiting["account"], waiting["request"][:2]) == ("waiting", "acme", "R-")
    asked = customer.say(conversation, "I'd like to top up my account")[-1]["text"]  # until then the assistant helps

    with listening(customer, conversation) as came:
        act(operator, conversation, "take", name="Mia")
        taken, notice = next(came)
        assert (notice["role"], notice["handoff"]) == ("assistant", "taken")
        assert customer.say(conversation, "50", key="to-mia") == []  # no answer to the form
        act(operator, conversation, "messages", text="Which day was it?")
        _, said = next(came)
        assert (said["role"], said["name"], said["text"]) == ("operator", "Mia", "Which day was it?")
        act(operator, conversation, "hand-back")
        assert [next(came)[1].get("handoff"), next(came)[1]["text"]] == ["returned", asked]

    with listening(customer, conversation, taken) as again:  # a second tab, or a line that broke
        assert next(again)[1] == said
    [line] = [m for m in act_transcript(operator, conversation) if m["role"] == "operator"]
    assert line["text"] == "Which day was it?"
    history = customer.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert [m["role"] for m in history][-5:] == ["assistant", "user", "operator", "assistant", "assistant"]
    assert [m["text"] for m in history if m["role"] == "operator"] == ["Which day was it?"]
    assert customer.say(conversation, "50")[-1]["text"] not in (asked, "")  # the form takes the amount and asks on
    assert customer.post(conversation, {"text": "50"}, key="to-mia").json() == {"messages": []}


def act_transcript(operator: Client, conversation: str) -> list[dict[str, Any]]:
    page = operator.get(f"/v1/operator/handoffs/{conversation}/messages").json()
    assert operator.get(f"/v1/operator/handoffs/{conversation}/messages?after={page['next']}").json()["messages"] == []
    return page["messages"]


def test_nobody_listens_to_anothers_conversation(server) -> None:
    customer = server.customer("acme", "takeover")
    conversation = customer.open()
    for stranger in (server.customer("sakura"), server.customer("acme", "another"), server.visitor()):
        answer = stranger.get(f"/v1/conversations/{conversation}/events")
        assert problem(answer, 404, "conversation_not_found")


def test_who_listens_too_often_is_refused(server) -> None:
    customer = server.customer("acme", "takeover")
    conversation = customer.open()

    path, kept = f"/v1/conversations/{conversation}/events", []
    with ExitStack() as lines:
        for _ in range(8):
            came = lines.enter_context(customer.http.stream("GET", path, timeout=10))
            kept.append(came.iter_lines())  # a line whose reader is gone is closed
            assert next(kept[-1]).startswith(":")
        assert problem(customer.http.get(path, timeout=10), 429, "too_many_listeners")
