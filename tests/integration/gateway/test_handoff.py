"""Conversations handed to people, in the database: who has one, what is said in it, where the assistant goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from billing.api import Billing
from billing.config import Settings
from billing.outbox.models import OutboxEvent
from gateway.auth import Identity
from gateway.conversations.schemas import NewMessage
from gateway.conversations.store import Claimed, ConversationStore
from gateway.errors import Problem
from gateway.handoff import store as handoffs
from gateway.handoff.service import Handoffs
from gateway.handoff.ticketing import handing_over
from tests.builders.threads import at_once

ANN, BOB = "operator:ann", "operator:bob"
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What depends on no database's locks."""


@pytest.fixture
def service(gateway: Billing) -> Handoffs:
    return Handoffs(gateway, Settings())


@pytest.fixture
def turns(gateway: Billing) -> ConversationStore:
    return ConversationStore(gateway.database)


class Chat:
    """A customer's conversation with turns of the assistant, which last a second each."""

    def __init__(self, billing: Billing, turns: ConversationStore, clock: Any) -> None:
        self._billing, self._turns, self._clock = billing, turns, clock
        self.id, _ = turns.open(Identity("acme", "ann-7"), billing.now())

    def claim(self, text: str | None = None, *, choice: str | None = None, key: str = "k") -> Claimed:
        self._clock.forward(seconds=1)
        return self._turns.claim(self.id, key, NewMessage(text=text, choice=choice), self._billing.now())

    def answered(self, text: str, key: str, reply: list[dict[str, Any]], form: str | None = None) -> Claimed:
        claimed = self.claim(text, key=key)
        said = [
            {"id": f"{claimed.message_id}-{n}", "role": "assistant", "language": "ja", "topic": "x", "buttons": []}
            | {"links": [], "card": None, "answer_id": claimed.message_id, "created_at": "2026-11-27T00:00:00Z"} | each
            for n, each in enumerate(reply, start=1)
        ]  # fmt: skip
        self._turns.finish(self.id, claimed.id, said, self._billing.now(), form=form)
        return claimed

    def asks_for_a_person(self, request: str | None = "R-000001") -> None:
        with self._billing.database.transaction() as session:
            handoffs.ask(session, self.id, request, "ja", self._billing.now())

    def history(self) -> list[dict[str, Any]]:
        return self._turns.history(self.id, None)[0]


@pytest.fixture
def chat(gateway: Billing, turns: ConversationStore, clock) -> Chat:
    return Chat(gateway, turns, clock)


def refusal(work: Any) -> str:
    with pytest.raises(Problem) as refused:
        work()
    return refused.value.code


def test_of_many_operators_at_once_one_takes_it(service, chat, gateway) -> None:
    chat.asks_for_a_person()

    def take(number: int) -> str:
        try:
            return service.take(chat.id, f"operator:{number}", "Mia").state
        except Problem as problem:
            return problem.code

    outcomes = at_once(take)
    assert sorted(outcomes) == ["handoff_taken"] * (len(outcomes) - 1) + ["taken"]
    assert [entry.action for entry in gateway.audit_trail(subject=chat.id)] == ["handoff.take"]
    assert len(chat.history()) == 1  # the customer is told of one


def test_while_a_person_answers_the_assistant_gets_nothing(service, chat) -> None:
    chat.asks_for_a_person()
    service.take(chat.id, ANN, "Mia")

    kept = chat.claim("Are you a person?", key="a")
    assert kept.reply == []
    again = chat.claim("Are you a person?", key="a")
    assert (again.message_id, again.reply) == (kept.message_id, [])
    assert refusal(lambda: chat.claim("Something else", key="a")) == "idempotency_key_reused"
    assert refusal(lambda: chat.claim(choice="0123:0", key="b")) == "stale_choice"

    service.say(chat.id, ANN, "Yes.", "1")
    assert [(m["role"], m["text"]) for m in chat.history()[1:]] == [("user", "Are you a person?"), ("operator", "Yes.")]


@embedded
def test_what_a_person_writes_is_written_once_and_by_the_one_who_answers(service, chat) -> None:
    assert refusal(lambda: service.take(chat.id, ANN, "Mia")) == "handoff_not_found"
    chat.asks_for_a_person()
    assert refusal(lambda: service.say(chat.id, ANN, "Hello", "1")) == "handoff_not_yours"
    service.take(chat.id, ANN, "Mia")
    assert refusal(lambda: service.say(chat.id, BOB, "Hello", "1")) == "handoff_not_yours"
    assert refusal(lambda: service.hand_back(chat.id, BOB)) == "handoff_not_yours"

    said = {service.say(chat.id, ANN, "Hello", "1").id for _ in range(3)}
    assert len(said) == 1
    assert refusal(lambda: service.say(chat.id, ANN, "Good bye", "1")) == "idempotency_key_reused"
    assert refusal(lambda: service.say(chat.id, ANN, " \x00", "2")) == "text_invalid"
    assert [m["name"] for m in chat.history() if m["role"] == "operator"] == ["Mia"]


@embedded
def test_the_assistant_goes_on_at_the_question_it_was_at(service, chat, turns, gateway) -> None:
    buttons = [{"title": "はい", "choice": "t:0"}]
    asked = chat.answered(
        "top up", "a", [{"text": "One"}, {"text": "よろしいですか？", "buttons": buttons}], "recharge_form"
    )
    chat.asks_for_a_person()
    service.take(chat.id, ANN, "Mia")
    chat.claim(choice="t:0", key="b")  # pressed while a person answers: hers to read
    assert turns.reply(chat.id, gateway.now()) == []
    service.hand_back(chat.id, ANN)
    assert service.hand_back(chat.id, ANN).state == "returned"  # again, by a retry

    pressed, back, anew = chat.history()[-3:]
    assert (pressed["role"], pressed["text"]) == ("user", "はい")
    assert (back["handoff"], "Mia" in back["text"]) == ("returned", True)
    assert (anew["text"], anew["buttons"]) == ("よろしいですか？", buttons)
    assert len({m["id"] for m in chat.history()}) == len(chat.history())
    went_on = chat.claim(choice="t:0", key="c")
    assert (went_on.reply, went_on.seen) == (None, asked.message_id)


@embedded
def test_the_time_of_people_is_what_a_usage_event_may_tell(service, chat, clock, gateway) -> None:
    for _ in range(2):
        chat.asks_for_a_person()
        service.take(chat.id, ANN, "Mia")
        clock.forward(minutes=20)
        service.hand_back(chat.id, ANN)
        clock.forward(minutes=5)
    begun = gateway.now() - timedelta(minutes=50)
    told = service.transcript(chat.id).model_dump(mode="json")["human"]
    body = {
        "specversion": "1.0", "type": "conversation.ended", "source": "bot", "id": "c-1", "subject": "acme",
        "time": gateway.now().isoformat(),
        "data": {"from": begun.isoformat(), "to": gateway.now().isoformat(), "human": told},
    }  # fmt: skip
    gateway.record_cloud_events({"content-type": "application/cloudevents+json"}, json.dumps(body).encode())
    assert gateway.usage("acme").sessions == 1  # ten minutes of fifty with the assistant


@embedded
def test_the_helpdesk_gets_the_conversation_without_what_tells_who_wrote(chat, gateway, clock) -> None:
    at_work = Billing(gateway.database, Settings(helpdesk="zendesk"), clock)
    request = gateway.open_request("acme", topic="contact_support", message="Twice!", language="en", key="r").id
    words = "My card 4111 1111 1111 1111 was charged, call +81 3-3224-9999"
    chat.answered(words, "a", [{"text": f"Shall I send this?\n{words}"}])
    asking = chat.claim("yes", key="b")
    keep = handing_over(at_work, "acme", chat.id, asking.id, request, [{"role": "assistant", "text": "R-000001"}])
    assert keep is not None
    with gateway.database.transaction() as session:
        keep(session)
        [event] = session.scalars(sa.select(OutboxEvent).where(OutboxEvent.destination == "helpdesk"))
    said = [line["text"] for line in event.body["conversation"]]
    masked = "My card <card> was charged, call <phone>"
    assert said == [masked, f"Shall I send this?\n{masked}", "yes", "R-000001"]
    assert event.body["conversation"][1]["answer"]
    assert handing_over(gateway, "acme", chat.id, asking.id, request, []) is None  # without a helpdesk


@embedded
def test_nothing_is_asked_anew_where_no_form_was_open(service, chat) -> None:
    chat.answered("hello", "a", [{"text": "こんにちは"}])
    chat.asks_for_a_person()
    service.take(chat.id, ANN, "Mia")
    service.hand_back(chat.id, ANN)
    assert [m.get("handoff") for m in chat.history()[2:]] == ["taken", "returned"]


def test_who_waits_too_long_is_told_so_once_with_the_number(service, chat, clock) -> None:
    chat.asks_for_a_person("R-000042")
    assert service.tell_late() == 0
    clock.forward(minutes=10)
    assert sum(at_once(lambda _: service.tell_late())) == 1
    [late] = chat.history()
    assert (late["handoff"], late["language"], "R-000042" in late["text"]) == ("late", "ja", True)
    assert service.take(chat.id, ANN, "Mia").late_at is not None  # and still somebody may come


@embedded
def test_closing_closes_the_request_too(service, chat, gateway) -> None:
    request = gateway.open_request("acme", topic="contact_support", message="Twice!", language="ja", key="r")
    chat.asks_for_a_person(request.id)
    service.take(chat.id, ANN, "Mia")
    assert [service.close(chat.id, ANN, "Credited").state for _ in range(2)] == ["closed", "closed"]
    assert [(r.state, r.answer) for r in gateway.requests("acme")] == [("closed", "Credited")]
    assert [e.action for e in gateway.audit_trail(limit=3)] == ["request.close", "handoff.close", "handoff.take"]
    assert service.listed() == []

    chat.asks_for_a_person("R-000009")  # a new matter is a new handoff
    assert service.take(chat.id, BOB, "Leo").state == "taken"


@embedded
def test_a_conversation_that_asked_for_nobody_is_taken_only_when_that_is_said(service, chat) -> None:
    assert refusal(lambda: service.take(chat.id, ANN, "Mia")) == "handoff_not_found"
    assert refusal(lambda: service.take("no-such", ANN, "Mia", uninvited=True)) == "handoff_not_found"
    assert service.take(chat.id, ANN, "Mia", uninvited=True).state == "taken"


@embedded
def test_who_reads_on_misses_nothing_that_was_being_answered(service, chat, turns, gateway) -> None:
    running = chat.claim("a question", key="a")
    chat.asks_for_a_person()
    service.take(chat.id, ANN, "Mia")
    first = service.transcript(chat.id)
    assert (first.messages, first.next) == ([], None)

    turns.finish(chat.id, running.id, [], gateway.now())
    page = service.transcript(chat.id, first.next)
    assert [m.role for m in page.messages] == ["user", "assistant"]
    assert service.transcript(chat.id, page.next).messages == []
    assert refusal(lambda: service.transcript(chat.id, "-1")) == "cursor_invalid"


@embedded
def test_a_name_that_nobody_can_read_is_refused(service, chat) -> None:
    chat.asks_for_a_person()
    for name in ("", " \n", "x" * 61):
        assert refusal(lambda name=name: service.take(chat.id, ANN, name)) == "name_invalid"
