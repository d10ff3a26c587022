"""What belongs to somebody else."""

from __future__ import annotations

from typing import Any

import httpx

from tests.attacks.hands import refused
from tests.attacks.table import attack

BOUND = "a conversation is bound to (account, user) or to a visitor's secret; for everybody else it is a 404"


def strangers(server, conversation: str):
    """A customer elsewhere, a colleague of the same account, a visitor with a secret, and one with none."""
    visitor = server.visitor()
    visitor.open()
    return server.customer("sakura", "victim"), server.customer("acme", "colleague"), visitor, server.visitor()


@attack("reading another's history by its id", BOUND, "read_tracker")
def test_another_history_is_not_read(server, acme) -> None:
    conversation = acme.open()
    acme.say(conversation, "What is my balance?")
    for other in strangers(server, conversation):
        assert refused(other.get(f"/v1/conversations/{conversation}/messages"), 404, "conversation_not_found")


@attack("writing into another's conversation, in JSON and as a stream", BOUND, "write_sender")
def test_nobody_writes_for_another(server, acme) -> None:
    conversation = acme.open()
    for other in strangers(server, conversation):
        for accept in ("application/json", "text/event-stream"):
            answer = other.post(conversation, {"text": "What is my balance?"}, accept=accept)
            assert refused(answer, 404, "conversation_not_found")
    assert acme.get(f"/v1/conversations/{conversation}/messages").json()["messages"] == []


@attack("listening to what a person of the team writes to another", BOUND, "socket_session")
def test_nobody_listens_to_another(server, acme) -> None:
    conversation = acme.open()
    for other in strangers(server, conversation):
        assert refused(other.get(f"/v1/conversations/{conversation}/events"), 404, "conversation_not_found")


@attack(
    "rating another's answer, in their conversation and through one's own", "an answer is looked up in its conversation"
)
def test_nobody_rates_for_another(acme, thief) -> None:
    conversation, own = acme.open(), thief.open()
    answer = acme.say(conversation, "What is my balance?")[0]["answer_id"]
    for place in (conversation, own):
        rated = thief.http.post(f"/v1/conversations/{place}/messages/{answer}/rating", json={"helpful": False})
        assert rated.status_code == 404
    assert acme.get(f"/v1/conversations/{conversation}/messages").json()["ratings"] == {}


@attack("telling from ids which conversations there are", "ids are random, at least 120 bits")
def test_ids_cannot_be_guessed(acme) -> None:
    ids = [acme.open() for _ in range(6)]
    assert len(set(ids)) == 6
    assert len({each[:8] for each in ids}) == 6
    assert all(len(each.replace("-", "")) >= 20 for each in ids)


@attack("comparing the answers for a foreign and for a made-up conversation", "both are the same 404, word for word")
def test_foreign_and_unknown_look_alike(acme, thief) -> None:
    foreign, unknown = acme.open(), "0" * 32
    for path in ("messages", "events"):
        told = [thief.get(f"/v1/conversations/{each}/{path}") for each in (foreign, unknown)]
        assert told[0].status_code == told[1].status_code == 404
        assert _said(told[0]) == _said(told[1])
    told = [thief.post(each, {"text": "hi"}) for each in (foreign, unknown)]
    assert _said(told[0]) == _said(told[1])


def _said(answer: httpx.Response) -> dict[str, Any]:
    """All but the request's own trace."""
    return {name: value for name, value in answer.json().items() if name != "trace_id"}


@attack("taking over a visitor's conversation without their secret", "signing in needs both proofs in one request")
def test_a_visitors_conversation_is_not_claimed_without_its_secret(server, thief) -> None:
    visitor, other = server.visitor(), server.visitor()
    conversation = visitor.open()
    other.open()
    for secret in (None, "x", other.http.headers["X-Visitor-Token"]):
        headers = {"X-Visitor-Token": secret} if secret else {}
        answer = thief.http.post(f"/v1/conversations/{conversation}/sign-in", headers=headers)
        assert refused(answer, 404, "conversation_not_found")
    assert visitor.say(conversation, "hello")


@attack("fixation: a planted visitor's conversation, read again after the victim signed in",
        "the visitor's secret is deleted when somebody signs in")  # fmt: skip
def test_a_planted_conversation_is_lost_at_sign_in(server, acme) -> None:
    planter = server.visitor()
    conversation = planter.open()
    secret = planter.http.headers["X-Visitor-Token"]
    signed = acme.http.post(f"/v1/conversations/{conversation}/sign-in", headers={"X-Visitor-Token": secret})
    assert signed.status_code == 204
    acme.say(conversation, "What is my balance?")
    assert refused(planter.get(f"/v1/conversations/{conversation}/messages"), 404, "conversation_not_found")
    assert refused(planter.post(conversation, {"text": "What is my balance?"}), 404, "conversation_not_found")


@attack("getting another's reply by their `Idempotency-Key`", "keys count within one conversation only")
def test_a_key_of_another_gives_nothing_of_theirs(acme, thief) -> None:
    conversation, own = acme.open(), thief.open()
    theirs = acme.say(conversation, "What is my balance?", key="the-same-key")
    mine = thief.say(own, "What is my balance?", key="the-same-key")
    assert mine != theirs
    assert refused(
        thief.post(conversation, {"text": "What is my balance?"}, "the-same-key"), 404, "conversation_not_found"
    )


@attack(
    "invoices, receipts, payments, cards and links of another by their numbers",
    "looked up for the token's account only",
)
def test_documents_of_another_are_not_there(acme, thief) -> None:
    [invoice, *_] = acme.get("/v1/account/invoices").json()["invoices"]
    number = invoice["number"]
    assert acme.get(f"/v1/account/invoices/{number}.pdf").status_code == 200
    assert thief.get(f"/v1/account/invoices/{number}.pdf").status_code == 404
    [receipt, *_] = acme.get("/v1/account/receipts").json()["receipts"]
    assert acme.get(f"/v1/account/receipts/{receipt['id']}").status_code == 200
    assert thief.get(f"/v1/account/receipts/{receipt['id']}").status_code == 404
    assert thief.http.post("/v1/account/payments/P-000001/cancel").status_code in {404, 422}
    assert thief.http.delete("/v1/account/cards/C-000001").status_code in {404, 422}
    assert thief.http.delete("/v1/channel-links/1").status_code == 404


@attack("the operator's calls with a customer's token, and with no key", "an API key with the scope `operator`")
def test_a_customer_is_no_operator(server, acme) -> None:
    paths = ("accounts", "accounts/acme", "handoffs", "audit", "requests", "transfers", "outbox", "payments", "unsure")
    for path in paths:
        place = f"{server.address}/v1/operator/{path}"
        assert httpx.get(place).status_code == 401
        assert acme.get(f"/v1/operator/{path}").status_code == 401
