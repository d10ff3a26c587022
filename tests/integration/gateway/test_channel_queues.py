"""Events and calls of channels as rows of work: in order, by many at once, and after a process ended anywhere."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.errors import TurnFailed
from gateway.channels import queue, store
from gateway.channels.adapter import NotDelivered, Rejected
from gateway.channels.inbox import MOST_ATTEMPTS, Inbox
from gateway.channels.models import ChannelDelivery, ChannelEvent
from gateway.channels.outbox import MOST_OF_OPTIONAL, Outbox
from gateway.channels.schemas import Call, Heard, Received, Speaker
from gateway.channels.store import Queueing
from gateway.channels.undelivered import retry_dead, undelivered
from gateway.conversations.models import Base


class Vendor:
    """A channel that keeps what it was sent, and fails as it is told."""

    name = "slack"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.failures: list[Exception] = []

    def send(self, call: Call) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(call.body["text"])


class Answers:
    """Answers every event with one call that says what was heard; fails as it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.failures: list[Exception] = []

    async def answer(self, heard: Heard, stream: str) -> list[Queueing]:
        self.heard.append(heard.text or "")
        if self.failures:
            raise self.failures.pop(0)
        return [Queueing(f"reply:{heard.event}", [a_call(f"re: {heard.text}")])]

    def apologise(self, heard: Heard) -> list[Queueing]:
        return [Queueing(f"reply:{heard.event}", [a_call("sorry")])]


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def inbox(billing, vendor, answers) -> Inbox:
    return Inbox(billing, vendor, answers)


@pytest.fixture
def outbox(billing, vendor) -> Outbox:
    return Outbox(billing, vendor, lambda kind, value: f"<{kind}>")


def an_event(text: str, event: str | None = None, place: str = "D1") -> Heard:
    speaker = Speaker(workspace="T1", user="U1")
    return Heard(event=event or text, speaker=speaker, place_id=place, place={}, private=True, text=text)


def a_call(text: str, *, optional: bool = False) -> Call:
    return Call(method="say", body={"text": text}, optional=optional)


def to_send(billing, *calls: Call, stream: str = "s", key: str = "k", link: str | None = None) -> None:
    with billing.database.transaction() as session:
        store.queue(session, "slack", stream, [Queueing(key, list(calls), link)], billing.now())


def rows(billing, table: type) -> list[Any]:
    with billing.database.snapshot() as session:
        return list(session.scalars(sa.select(table).order_by(table.id)))


def answer_all(inbox: Inbox) -> None:
    while asyncio.run(inbox.answer_next()):
        pass


def test_the_migrated_tables_are_what_the_models_say(billing):
    ours = set(Base.metadata.tables)

    def only_ours(obj: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
        return kind != "table" or name in ours

    with billing.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": only_ours})
        assert compare_metadata(context, Base.metadata) == []


def test_an_event_told_twice_is_kept_once(inbox, billing):
    assert inbox.keep(Received((an_event("hello"), an_event("hello"), an_event("bye")))) == 2
    assert inbox.keep(Received((an_event("hello"),))) == 0
    assert len(rows(billing, ChannelEvent)) == 2


def test_an_event_told_twice_at_the_same_time_is_kept_once(inbox, billing):
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: inbox.keep(Received((an_event("hello"),))), range(16)))

    assert sum(kept) == 1
    assert len(rows(billing, ChannelEvent)) == 1


def test_the_text_of_an_event_is_not_kept_once_it_is_answered(inbox, billing):
    inbox.keep(Received((an_event("hello"),)))
    answer_all(inbox)

    [row] = rows(billing, ChannelEvent)
    assert (row.state, row.heard) == ("done", None)
    assert inbox.keep(Received((an_event("hello"),))) == 0


def test_events_of_a_place_are_answered_in_order_also_when_the_first_fails(inbox, billing, answers, clock):
    answers.failures = [TurnFailed()]
    inbox.keep(Received((an_event("one"), an_event("two"), an_event("elsewhere", place="D2"))))
    answer_all(inbox)
    assert answers.heard == ["one", "elsewhere"]

    clock.forward(seconds=5)
    answer_all(inbox)
    assert answers.heard == ["one", "elsewhere", "one", "two"]


def test_an_event_that_cannot_be_answered_is_given_up_and_the_user_told(inbox, outbox, answers, vendor, billing, clock):
    answers.failures = [TurnFailed()] * MOST_ATTEMPTS
    inbox.keep(Received((an_event("one"), an_event("two"))))
    for _ in range(MOST_ATTEMPTS):
        answer_all(inbox)
        clock.forward(minutes=1)
    answer_all(inbox)
    while outbox.send_next():
        pass

    assert vendor.sent == ["sorry", "re: two"]
    assert [row.state for row in rows(billing, ChannelEvent)] == ["dead", "done"]


def test_an_event_whose_process_ended_while_answering_is_answered_by_another(inbox, answers, billing, clock):
    """The reply was queued with the event's end or not at all, so that it is queued once."""
    inbox.keep(Received((an_event("hello"),)))
    assert inbox._take() is not None  # and the process ends
    assert asyncio.run(inbox.answer_next()) is False

    clock.forward(seconds=queue.LEASE.total_seconds())
    answer_all(inbox)
    assert answers.heard == ["hello"]
    assert len(rows(billing, ChannelDelivery)) == 1


def test_a_reply_is_queued_once_although_two_processes_answered(inbox, billing, clock):
    inbox.keep(Received((an_event("hello"),)))
    slow = inbox._take()
    clock.forward(seconds=queue.LEASE.total_seconds())
    answer_all(inbox)
    inbox._done(slow, [Queueing("reply:hello", [a_call("re: hello")])])

    assert len(rows(billing, ChannelDelivery)) == 1


def test_calls_of_a_place_are_made_in_order_also_when_the_first_is_put_off(outbox, billing, vendor, clock):
    vendor.failures = [NotDelivered("HTTP 429", after=30)]
    to_send(billing, a_call("one"), a_call("two"))
    to_send(billing, a_call("elsewhere"), stream="other", key="other")
    while outbox.send_next():
        pass
    assert vendor.sent == ["elsewhere"]

    clock.forward(seconds=29)
    assert outbox.send_next() is False
    clock.forward(seconds=1)
    while outbox.send_next():
        pass
    assert vendor.sent == ["elsewhere", "one", "two"]
    assert not any(row.perhaps_twice for row in rows(billing, ChannelDelivery))


def test_a_call_whose_process_ended_is_made_again_and_marked(outbox, billing, vendor, clock):
    to_send(billing, a_call("one"))
    assert outbox._take() is not None  # the vendor takes it, and the process ends before it can say so
    clock.forward(seconds=queue.LEASE.total_seconds())

    assert outbox.send_next()
    [row] = rows(billing, ChannelDelivery)
    assert (vendor.sent, row.state, row.perhaps_twice, row.attempts) == (["one"], "done", True, 2)


def test_a_call_put_off_is_not_marked_and_one_without_an_answer_is(outbox, billing, vendor, clock):
    vendor.failures = [NotDelivered("HTTP 429"), NotDelivered("ReadTimeout", unknown=True)]
    to_send(billing, a_call("one"))
    marked = []
    for _ in range(3):
        outbox.send_next()
        marked.append(rows(billing, ChannelDelivery)[0].perhaps_twice)
        clock.forward(minutes=1)

    assert (marked, vendor.sent) == ([False, True, True], ["one"])


def test_a_call_that_is_rejected_is_dead_and_kept_and_the_next_is_made(outbox, billing, vendor):
    vendor.failures = [Rejected("channel_not_found")]
    to_send(billing, a_call("one"), a_call("two"))
    while outbox.send_next():
        pass

    dead, done = rows(billing, ChannelDelivery)
    assert (dead.state, dead.last_error, dead.call["body"]) == ("dead", "channel_not_found", {"text": "one"})
    assert (done.state, done.call, vendor.sent) == ("done", None, ["two"])


def test_an_operator_sees_what_was_given_up_without_its_words_and_tries_it_again(outbox, billing, vendor):
    vendor.failures = [Rejected("channel_not_found")]
    to_send(billing, a_call("your balance"))
    outbox.send_next()

    with billing.database.transaction() as session:
        [seen] = undelivered(session)
        assert retry_dead(session, billing.now()) == 1
    assert (seen.state, seen.channel, seen.last_error) == ("dead", "slack", "channel_not_found")
    assert "balance" not in seen.model_dump_json()
    assert outbox.send_next()
    assert vendor.sent == ["your balance"]


def test_what_loses_no_word_does_not_hold_up_the_rest_for_long(outbox, billing, vendor, clock):
    vendor.failures = [NotDelivered("HTTP 503")] * MOST_OF_OPTIONAL
    to_send(billing, a_call("picture", optional=True), a_call("words"))
    for _ in range(MOST_OF_OPTIONAL + 1):
        while outbox.send_next():
            pass
        clock.forward(seconds=10)

    assert vendor.sent == ["words"]


def test_a_call_that_tells_of_an_account_whose_link_ended_is_dropped(outbox, billing, vendor):
    to_send(billing, a_call("your balance"), link="a-link-that-ended")
    to_send(billing, a_call("hello"), key="other")
    while outbox.send_next():
        pass

    assert vendor.sent == ["hello"]
    assert [(row.state, row.call) for row in rows(billing, ChannelDelivery)] == [("dropped", None), ("done", None)]


def test_many_processes_make_each_call_once_and_each_place_in_order(outbox, billing, vendor):
    for place in range(4):
        to_send(billing, *(a_call(f"{place}.{n}") for n in range(5)), stream=f"s{place}", key=f"k{place}")

    def send(_: int) -> None:
        while any(row.state == "pending" for row in rows(billing, ChannelDelivery)):
            outbox.send_next()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))

    assert sorted(vendor.sent) == [f"{place}.{n}" for place in range(4) for n in range(5)]
    for place in "0123":
        of_place = [text for text in vendor.sent if text.startswith(place)]
        assert of_place == sorted(of_place)
