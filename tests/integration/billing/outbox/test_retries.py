from __future__ import annotations

import socket
from datetime import datetime

import pytest

from billing.api import Billing
from billing.config import Settings
from billing.outbox import service as outbox
from tests.builders.accounts import an_account
from tests.builders.clock import at


@pytest.fixture(autouse=True)
def request_made(billing):
    an_account(billing)
    return billing.open_request("acme", topic="quota", message="More, please", language="en", key="r-1")


@pytest.fixture
def unheard(billing, clock):
    """Billing whose receiver is gone: the port is known to be free, nothing listens on it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(
        database_url=billing.database.url, sales_webhook_url=f"http://127.0.0.1:{port}/", sales_webhook_secret="s"
    )
    return Billing(billing.database, settings, clock)


def next_attempt(billing) -> datetime:
    (event,) = billing.undelivered()
    return at(event["next_attempt_at"])


def fail_until_dead(billing, clock) -> list[float]:
    """The seconds waited before each further try."""
    waits = []
    while billing.undelivered()[0]["state"] == "pending":
        clock.set(next_attempt(billing))
        billing.deliver_outbox()
        waits.append((next_attempt(billing) - clock.now).total_seconds())
    return waits[:-1]


def test_a_receiver_that_is_down_loses_nothing(billing, unheard, receiver, clock):
    assert unheard.deliver_outbox() == 0
    (event,) = unheard.undelivered()
    assert (event["state"], event["attempts"], event["last_error"]) == ("pending", 1, "ConnectionError")

    clock.set(next_attempt(billing))
    assert billing.deliver_outbox() == 1
    assert [delivery.event["data"]["id"] for delivery in receiver.deliveries] == ["R-000001"]


def test_nothing_is_tried_before_it_is_due(billing, receiver, clock):
    receiver.answers = [500]
    billing.deliver_outbox()
    due = next_attempt(billing)
    clock.forward(seconds=(due - clock.now).total_seconds() - 0.001)

    assert billing.deliver_outbox() == 0
    assert len(receiver.deliveries) == 1

    clock.set(due)
    assert billing.deliver_outbox() == 1


def test_each_wait_is_about_twice_the_one_before_up_to_an_hour_and_then_it_is_dead(billing, receiver, clock):
    receiver.answers = [500] * 100

    waits = fail_until_dead(billing, clock)

    assert len(waits) == outbox.MOST_ATTEMPTS - 1
    for number, wait in enumerate(waits, start=1):
        most = min(2 * 2**number, 3600)
        assert most / 2 <= wait <= most, f"wait {number}"
    assert len(receiver.deliveries) == outbox.MOST_ATTEMPTS


def test_a_dead_letter_is_kept_and_not_tried_by_itself(billing, receiver, clock):
    receiver.answers = [500] * 100
    fail_until_dead(billing, clock)
    clock.forward(days=365)

    assert billing.deliver_outbox() == 0

    (event,) = billing.undelivered()
    assert (event["state"], event["last_error"]) == ("dead", "HTTP 500")
    assert len(receiver.deliveries) == outbox.MOST_ATTEMPTS


def test_a_dead_letter_retried_by_hand_is_delivered_once(billing, receiver, clock):
    receiver.answers = [500] * outbox.MOST_ATTEMPTS
    fail_until_dead(billing, clock)

    assert billing.retry_dead_letters() == 1
    assert billing.deliver_outbox() == 1
    assert billing.retry_dead_letters() == billing.deliver_outbox() == 0

    assert len(receiver.deliveries) == outbox.MOST_ATTEMPTS + 1
    assert billing.requests("acme")[0].state == "delivered"
