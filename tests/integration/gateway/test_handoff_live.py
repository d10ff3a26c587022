"""A person takes over in a real server: the customer asks, is answered live, and the assistant goes on."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from tests.builders.handoffs import act, an_operator, asked_for_a_person, listening
from tests.builders.server import Client, Server
from tests.integration.gateway.conftest import problem


@pytest.fixture(scope="module")
def operator(server: Server) -> Client:
    return an_operator(server)


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
