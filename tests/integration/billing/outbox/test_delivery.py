from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from billing import tracing
from billing.api import Billing
from billing.config import Settings
from billing.outbox import service as outbox
from billing.outbox.models import OutboxEvent
from tests.builders.accounts import an_account


@pytest.fixture(autouse=True)
def request_made(billing):
    an_account(billing)
    return ask(billing, "r-1")


def ask(billing, key):
    return billing.open_request("acme", topic="quota", message="가격이 궁금해요", language="ko", key=key)


def try_until(billing, clock, done) -> int:
    """Deliver at every instant at which something is due; how often anything was tried."""
    for tries in range(40):
        if done():
            return tries
        pending = [event for event in billing.undelivered() if event["state"] == "pending"]
        clock.set(min(event["next_attempt_at"] for event in pending))
        billing.deliver_outbox()
    raise AssertionError("it never came to an end")


def test_an_event_is_delivered_once_with_the_request_in_it(billing, receiver, request_made):
    assert billing.deliver_outbox() == 1
    assert billing.deliver_outbox() == 0

    (delivery,) = receiver.deliveries
    assert delivery.event["type"] == "request.support.opened"
    assert delivery.event["data"] == request_made.model_dump(mode="json") | {"account": "acme"}
    assert str(delivery.event["id"]) == delivery.headers["x-event-id"]
    assert delivery.headers["content-type"] == "application/json"
    assert billing.requests("acme")[0].state == "delivered"
    assert billing.undelivered() == []


def test_the_receiver_can_verify_whose_an_event_is_and_when_it_was_sent(billing, receiver, clock):
    billing.deliver_outbox()

    (delivery,) = receiver.deliveries
    assert delivery.is_signed_with("what-the-receiver-knows-too")
    assert not delivery.is_signed_with("a guess")
    assert delivery.headers["x-timestamp"] == str(int(clock.now.timestamp()))
    delivery.body += b" "
    assert not delivery.is_signed_with("what-the-receiver-knows-too")


def test_an_event_delivered_stays_delivered_however_time_goes(billing, receiver, clock):
    billing.deliver_outbox()
    clock.forward(days=365)

    assert billing.deliver_outbox() == 0
    assert billing.retry_dead_letters() == 0
    assert len(receiver.deliveries) == 1


def test_all_that_is_due_is_delivered_oldest_first(billing, receiver):
    for number in range(2, 6):
        ask(billing, f"r-{number}")

    assert billing.deliver_outbox() == 5

    assert [delivery.event["data"]["id"] for delivery in receiver.deliveries] == [
        f"R-00000{number}" for number in range(1, 6)
    ]


def test_several_deliverers_deliver_an_event_once(billing, receiver):
    for number in range(2, 12):
        ask(billing, f"r-{number}")

    with ThreadPoolExecutor(4) as threads:
        taken = sum(threads.map(lambda _: billing.deliver_outbox(), range(4)))

    assert taken == 11
    assert len({delivery.headers["x-event-id"] for delivery in receiver.deliveries}) == len(receiver.deliveries) == 11


@pytest.mark.parametrize("answer", [302, 304, 404, 500])
def test_any_answer_but_a_2xx_is_no_delivery(billing, receiver, answer):
    receiver.answers = [answer]

    assert billing.deliver_outbox() == 0

    (event,) = billing.undelivered()
    assert (event["state"], event["attempts"], event["last_error"]) == ("pending", 1, f"HTTP {answer}")
    assert billing.requests("acme")[0].state == "open"


def test_a_refused_event_comes_again_with_the_same_id_and_a_fresh_signature(billing, receiver, clock):
    receiver.answers = [500, 503]

    assert try_until(billing, clock, lambda: billing.undelivered() == []) == 3

    assert len({delivery.headers["x-event-id"] for delivery in receiver.deliveries}) == 1
    assert len({delivery.headers["x-timestamp"] for delivery in receiver.deliveries}) == 3
    assert all(delivery.is_signed_with("what-the-receiver-knows-too") for delivery in receiver.deliveries)
    assert billing.requests("acme")[0].state == "delivered"


def test_one_event_that_is_refused_holds_up_no_other(billing, receiver):
    ask(billing, "r-2")
    receiver.answers = [500]

    assert billing.deliver_outbox() == 1
    assert [request.state for request in billing.requests("acme")] == ["delivered", "open"]


def test_a_deliverer_that_died_in_the_middle_leaves_the_event_to_the_next(billing, receiver, clock):
    with billing.database.transaction() as session:
        assert outbox.claim(session, clock.now) is not None

    assert billing.deliver_outbox() == 0
    clock.forward(seconds=outbox.CLAIM.total_seconds())
    assert billing.deliver_outbox() == 1


def test_without_a_receiver_nothing_is_tried_and_nothing_lost(billing, receiver, clock):
    silent = Billing(billing.database, Settings(database_url=billing.database.url, sales_webhook_url=None), clock)

    assert silent.deliver_outbox() == 0

    assert [event["attempts"] for event in silent.undelivered()] == [0]
    assert billing.deliver_outbox() == 1


def test_a_request_that_was_rolled_back_is_never_told(billing, receiver):
    with billing.database.transaction() as session:
        outbox.add(session, "request.support.opened", {}, subject=99, at=billing.now())
        session.rollback()

    billing.deliver_outbox()

    assert len(receiver.deliveries) == 1
    with billing.database.snapshot() as session:
        assert session.scalar(sa.select(sa.func.count(OutboxEvent.id))) == 1


def test_every_try_carries_the_trace_of_the_request_that_wrote_the_event(billing, receiver, clock):
    with tracing.within(tracing.begun("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")):
        ask(billing, "r-2")
    receiver.answers = [204, 500]

    try_until(billing, clock, lambda: len(receiver.deliveries) == 3)

    traces = [each.headers["traceparent"].split("-")[1] for each in receiver.deliveries]
    assert traces[1] == traces[2] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert traces[0] not in traces[1:]
