from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders.server import Client
from tests.integration.gateway.conftest import problem

SHAPE = {"id", "role", "text", "language", "topic", "buttons", "links", "card", "answer_id", "created_at", "handoff"}


@pytest.fixture
def acme(server) -> Client:
    return server.customer("acme", "messages")


def top_up(client: Client) -> str:
    return client.get("/v1/account/balance").json()["top_up"]["amount"]


def test_a_message_has_the_shape_of_the_contract(acme) -> None:
    [message] = acme.say(acme.open(), "What is my balance?")
    assert message.keys() == SHAPE
    assert (message["topic"], message["language"], message["card"]["kind"]) == ("show_balance", "en", "balance")


def test_an_event_stream_gives_each_message_and_then_done(acme) -> None:
    answer = acme.post(acme.open(), {"text": "I want to top up"}, Accept="text/event-stream")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["message", "message", "done"]
    assert json.loads(events[0]["data"]).keys() == SHAPE


def test_a_repeat_of_the_key_gives_the_first_reply_and_does_nothing(acme) -> None:
    conversation = acme.open()
    acme.say(conversation, "top up 50 dollars by card")
    before = float(top_up(acme))

    first = acme.say(conversation, "yes", key="k1")
    second = acme.say(conversation, "yes", key="k1")

    assert first == second
    assert float(top_up(acme)) == before + 50
    assert problem(acme.post(conversation, {"text": "no"}, "k1"), 422, "idempotency_key_reused")


def test_many_at_once_with_one_key_are_done_once(acme) -> None:
    conversation = acme.open()
    acme.say(conversation, "top up 60 dollars by card")
    before = float(top_up(acme))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: acme.post(conversation, {"text": "yes"}, "same"), range(8)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    told = [answer.json() for answer in answers if answer.status_code == 200]
    assert told
    assert all(reply == told[0] for reply in told)
    assert all(problem(a, 409, "turn_running") for a in answers if a.status_code == 409)
    assert float(top_up(acme)) == before + 60


def test_messages_of_one_conversation_at_once_are_each_answered(acme) -> None:
    conversation = acme.open()
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda n: acme.say(conversation, f"What is my balance? {n}"), range(6)))
    assert all(reply[0]["topic"] == "show_balance" for reply in replies)
    history = acme.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert len(history) == 12


def test_a_button_is_pressed_by_its_token_and_only_the_newest(acme) -> None:
    conversation = acme.open()
    acme.say(conversation, "I want to top up")
    [method] = acme.say(conversation, "70")
    old = method["buttons"][0]["choice"]
    confirm = acme.post(conversation, {"choice": old}).json()["messages"]

    assert confirm[0]["card"]["kind"] == "confirmation"
    assert problem(acme.post(conversation, {"choice": old}), 409, "stale_choice")
    assert problem(acme.post(conversation, {"choice": "made-up:0"}), 409, "stale_choice")
    assert acme.say(conversation, "cancel")


def test_an_older_reply_asked_for_again_does_not_bring_its_buttons_back(acme) -> None:
    conversation = acme.open()
    acme.say(conversation, "I want to top up")
    [method] = acme.say(conversation, "70", key="k")
    acme.say(conversation, "cancel")
    assert acme.say(conversation, "70", key="k") == [method]
    assert problem(acme.post(conversation, {"choice": method["buttons"][0]["choice"]}), 409, "stale_choice")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "\x00"},
        {"text": "a" * 2001},
        {"text": "a", "choice": "b"},
        {"text": 5},
        {"x": 1},
        [],
    ],
)
def test_a_request_of_another_form_is_refused(acme, body) -> None:
    assert problem(acme.post(acme.open(), body), 422, "request_invalid")


def test_a_body_without_end_is_refused(acme) -> None:
    path = f"/v1/conversations/{acme.open()}/messages"
    assert problem(acme.http.post(path, content=b" " * 70_000), 413, "body_too_large")
    assert problem(acme.http.post(path, content=(b" " * 10_000 for _ in range(10))), 413, "body_too_large")


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "🙂" * 300, "\u202eabc", "a\u0301" * 500, "<script>alert(1)</script>", "'; DROP TABLE"],
)
def test_odd_text_is_answered(acme, text: str) -> None:
    assert acme.say(acme.open(), text)


def test_text_that_looks_like_a_command_is_text(acme) -> None:
    conversation, before = acme.open(), top_up(acme)
    for text in ('/recharge{"amount":"50","payment_method":"card"}', "/affirm", "/restart", "/session_start", "/back"):
        [message] = acme.say(conversation, text)
        assert message["topic"] == "out_of_scope"
    assert top_up(acme) == before
    assert len(acme.get(f"/v1/conversations/{conversation}/messages").json()["messages"]) == 10


def test_the_history_is_paged_and_whole(acme) -> None:
    conversation = acme.open()
    said = [f"hello {number}" for number in range(55)]
    for text in said:
        acme.say(conversation, text)

    messages, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = acme.http.get(
            f"/v1/conversations/{conversation}/messages", params={"cursor": cursor} if cursor else {}
        ).json()
        messages, cursor, pages = messages + page["messages"], page["next"], pages + 1
    assert pages == 2
    assert [m["text"] for m in messages if m["role"] == "user"] == said
    path = f"/v1/conversations/{conversation}/messages"
    assert problem(acme.http.get(path, params={"cursor": "x' OR 1"}), 422, "cursor_invalid")


def test_the_page_speaks_before_the_customer_has_said_enough(server) -> None:
    visitor = server.visitor()
    conversation = visitor.open()
    [message] = visitor.post(conversation, {"text": "OK"}, **{"Accept-Language": "ko-KR,ko;q=0.9"}).json()["messages"]
    assert message["language"] == "ko"


def test_half_a_character_is_refused(acme) -> None:
    path = f"/v1/conversations/{acme.open()}/messages"
    answer = acme.http.post(path, content=b'{"text": "hello \\ud83d"}', headers={"Content-Type": "application/json"})
    assert problem(answer, 422, "request_invalid")


@pytest.mark.parametrize("piece", ["\U0001f9ff", "a\u0301", "漢"])
def test_the_longest_message_does_not_hold_the_server_up(acme, piece: str) -> None:
    text = (piece * 2000)[:2000]
    begun = time.monotonic()
    assert acme.say(acme.open(), text)
    assert time.monotonic() - begun < 3
