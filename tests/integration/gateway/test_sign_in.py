"""A visitor's conversation becomes the customer's who proves to be both; everybody else finds nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders.server import Client
from tests.integration.gateway.conftest import problem


@pytest.fixture
def visitor(server) -> Client:
    return server.visitor()


@pytest.fixture
def conversation(visitor: Client) -> str:
    opened = visitor.open()
    visitor.say(opened, "What is a billing plan?")
    return opened


def sign_in(client: Client, conversation: str, secret: str | None):
    headers = {"X-Visitor-Token": secret} if secret is not None else {}
    return client.http.post(f"/v1/conversations/{conversation}/sign-in", headers=headers)


def secret_of(visitor: Client) -> str:
    return visitor.http.headers["X-Visitor-Token"]


def test_the_conversation_goes_on_as_the_customers(server, visitor, conversation) -> None:
    acme = server.customer("acme", "ann")

    assert sign_in(acme, conversation, secret_of(visitor)).status_code == 204

    said = acme.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert said[0]["text"] == "What is a billing plan?"
    assert acme.say(conversation, "What is my balance?")[0]["card"]["kind"] == "balance"


def test_the_visitors_secret_is_worth_nothing_afterwards(server, visitor, conversation) -> None:
    sign_in(server.customer("acme", "ann"), conversation, secret_of(visitor))

    assert problem(visitor.get(f"/v1/conversations/{conversation}/messages"), 404, "conversation_not_found")
    assert problem(visitor.post(conversation, {"text": "hi"}), 404, "conversation_not_found")
    again = sign_in(server.customer("sakura", "mallory"), conversation, secret_of(visitor))
    assert problem(again, 404, "conversation_not_found")


def test_a_repeat_by_the_new_owner_changes_nothing(server, visitor, conversation) -> None:
    acme, secret = server.customer("acme", "ann"), secret_of(visitor)
    assert [sign_in(acme, conversation, secret).status_code for _ in range(2)] == [204, 204]
    assert sign_in(acme, conversation, None).status_code == 204


@pytest.mark.parametrize("secret", [None, "", "wrong", "x" * 200])
def test_without_the_visitors_secret_it_is_not_there(server, visitor, conversation, secret) -> None:
    assert problem(sign_in(server.customer("acme", "ann"), conversation, secret), 404, "conversation_not_found")
    assert visitor.say(conversation, "hello")


def test_the_secret_of_another_conversation_does_not_do(server, visitor, conversation) -> None:
    other = server.visitor()
    other.open()
    answer = sign_in(server.customer("acme", "ann"), conversation, secret_of(other))
    assert problem(answer, 404, "conversation_not_found")


def test_without_a_token_nobody_signs_in(visitor, conversation) -> None:
    assert problem(sign_in(visitor, conversation, secret_of(visitor)), 401, "token_missing")


def test_an_accounts_conversation_goes_to_nobody_else(server, visitor) -> None:
    visitor.open()
    conversation = server.customer("acme", "ann").open()
    for other in (server.customer("sakura", "ann"), server.customer("acme", "bob")):
        for secret in (secret_of(visitor), None):
            assert problem(sign_in(other, conversation, secret), 404, "conversation_not_found")


def test_an_account_that_is_not_here_takes_nothing(server, visitor, conversation) -> None:
    answer = sign_in(server.customer("nobody"), conversation, secret_of(visitor))
    assert problem(answer, 404, "account_not_found")
    assert visitor.say(conversation, "hello")


def test_of_many_at_once_one_gets_it(server, visitor, conversation) -> None:
    customers = [server.customer(account, "racer") for account in ("acme", "sakura", "hangang", "empty") * 2]
    secret = secret_of(visitor)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda customer: sign_in(customer, conversation, secret), customers))

    path = f"/v1/conversations/{conversation}/messages"
    owners = [each for each in customers[:4] if each.get(path).status_code == 200]
    assert len(owners) == 1
