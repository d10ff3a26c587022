from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders.server import Client
from tests.integration.gateway.conftest import problem


@pytest.fixture
def acme(server) -> Client:
    return server.customer("acme", "ratings")


def rate(client: Client, conversation: str, answer: str, body: object):
    return client.http.post(f"/v1/conversations/{conversation}/messages/{answer}/rating", json=body)


def ratings(client: Client, conversation: str) -> dict[str, bool]:
    return client.get(f"/v1/conversations/{conversation}/messages").json()["ratings"]


def test_the_latest_word_on_an_answer_counts(acme) -> None:
    conversation = acme.open()
    [first] = acme.say(conversation, "What is my balance?")
    acme.say(conversation, "hello")
    assert ratings(acme, conversation) == {}

    assert rate(acme, conversation, first["answer_id"], {"helpful": True}).json() == {"helpful": True}
    assert ratings(acme, conversation) == {first["answer_id"]: True}
    rate(acme, conversation, first["answer_id"], {"helpful": False})
    assert ratings(acme, conversation) == {first["answer_id"]: False}


def test_ratings_at_once_are_one(acme) -> None:
    conversation = acme.open()
    [said] = acme.say(conversation, "hello")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: rate(acme, conversation, said["answer_id"], {"helpful": True}), range(6)))
    assert {answer.status_code for answer in answers} == {200}


def test_a_visitor_rates_too(server) -> None:
    visitor = server.visitor()
    conversation = visitor.open()
    [said] = visitor.say(conversation, "What is a billing plan?")
    assert rate(visitor, conversation, said["answer_id"], {"helpful": False}).status_code == 200


def test_nobody_rates_what_is_anothers(server, acme) -> None:
    conversation = acme.open()
    [said] = acme.say(conversation, "hello")
    stranger = server.customer("sakura")
    own = stranger.open()

    assert problem(rate(stranger, conversation, said["answer_id"], {"helpful": False}), 404, "conversation_not_found")
    assert problem(rate(stranger, own, said["answer_id"], {"helpful": False}), 404, "answer_not_found")
    assert ratings(acme, conversation) == {}


@pytest.mark.parametrize("body", [{}, {"helpful": "yes"}, {"helpful": None}, {"helpful": True, "more": 1}, []])
def test_a_rating_of_another_form_is_refused(acme, body) -> None:
    conversation = acme.open()
    [said] = acme.say(conversation, "hello")
    assert problem(rate(acme, conversation, said["answer_id"], body), 422, "request_invalid")
