"""What is read from CloudEvents, and what is refused of them, one by one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from billing.api import UsageEventsUnreadable
from billing.errors import UsageBatchTooLarge
from tests.builders.accounts import an_account
from tests.builders.databases import dump
from tests.builders.money import usd

BATCH = {"content-type": "application/cloudevents-batch+json"}
SINGLE = {"content-type": "application/cloudevents+json"}
EVENT = {
    "specversion": "1.0",
    "type": "usage.recorded",
    "source": "meter",
    "id": "e-1",
    "subject": "acme",
    "time": "2026-03-10T09:00:00+09:00",
    "data": {"service": "bot_session", "quantity": "3"},
}


@pytest.fixture(autouse=True)
def account(billing):
    return an_account(billing)


def send(billing, *events):
    return billing.record_cloud_events(BATCH, json.dumps(events).encode())[1]


def without(name: str) -> dict:
    return {key: value for key, value in EVENT.items() if key != name}


def conversation(**data) -> dict:
    return EVENT | {"type": "conversation.ended", "data": data}


REFUSED = {
    "no object": ([], "not a JSON object"),
    "no specversion": (without("specversion"), "specversion"),
    "another specversion": (EVENT | {"specversion": "0.3"}, "specversion"),
    "no id, which the library would make up": (without("id"), "id"),
    "no time, which the library would make up": (without("time"), "time"),
    "no source": (without("source"), "source"),
    "no type": (without("type"), "type"),
    "an empty id": (EVENT | {"id": ""}, "id"),
    "a number for an id": (EVENT | {"id": 7}, "id"),
    "an id too long": (EVENT | {"id": "x" * 201}, "id"),
    "a NUL in an id": (EVENT | {"id": "a\x00"}, "id"),
    "half a character in an id": (EVENT | {"id": "\ud800"}, "id"),
    "a time without an offset": (EVENT | {"time": "2026-03-10T09:00:00"}, "time"),
    "a time that is none": (EVENT | {"time": "yesterday"}, "no CloudEvent"),
    "a number for a time": (EVENT | {"time": 5}, "no CloudEvent"),
    "another type": (EVENT | {"type": "usage.guessed"}, "type"),
    "no subject": (without("subject"), "subject"),
    "no data": (without("data"), "data"),
    "data that is no object": (EVENT | {"data": "3 sessions"}, "data"),
    "data in base64": (without("data") | {"data_base64": "AAAA"}, "data"),
    "no service": (EVENT | {"data": {"quantity": "3"}}, "service"),
    "another word in data": (EVENT | {"data": {"service": "bot_session", "quantity": "3", "price": "0"}}, "price"),
    "an account in data": (EVENT | {"data": {"service": "bot_session", "quantity": "3", "account": "zeta"}}, "account"),
    "no quantity": (EVENT | {"data": {"service": "bot_session"}}, "quantity"),
    "too fine a quantity": (EVENT | {"data": {"service": "bot_session", "quantity": "0.0001"}}, "quantity"),
    "no number for a quantity": (EVENT | {"data": {"service": "bot_session", "quantity": float("nan")}}, "quantity"),
    "people told twice": (
        conversation(
            seconds=60, human_seconds=1, human=[{"from": "2026-03-10T08:00:00Z", "to": "2026-03-10T08:00:10Z"}]
        ),
        "human",
    ),
    "people who left before they came": (
        conversation(seconds=60, human=[{"from": "2026-03-10T08:00:10Z", "to": "2026-03-10T08:00:00Z"}]),
        "human",
    ),
    "more with a human than there was": (conversation(seconds=10, human_seconds=11), "human"),
    "a conversation backwards": (
        conversation(**{"from": "2026-03-10T01:00:00Z", "to": "2026-03-10T00:00:00Z"}),
        "seconds",
    ),
    "half a span": (conversation(to="2026-03-10T00:00:00Z"), "from and to"),
    "a conversation without a name or a length": (conversation(), "conversation"),
}  # fmt: skip


@pytest.mark.parametrize(("event", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_usage_is_refused_with_its_reason_and_the_rest_is_kept(billing, event, why):
    result = send(billing, EVENT | {"id": "first"}, event, EVENT | {"id": "last"})

    assert [outcome.status for outcome in result.events] == ["accepted", "refused", "accepted"]
    assert result.events[1].code == "usage_invalid"
    assert why in result.events[1].reason
    assert billing.usage("acme").sessions == 6


def test_each_refusal_has_its_own_code(billing, clock):
    late, future = clock.now - timedelta(days=34, seconds=1), clock.now + timedelta(seconds=1)
    result = send(
        billing,
        EVENT,
        EVENT,
        EVENT | {"data": {"service": "bot_session", "quantity": "4"}},
        EVENT | {"id": "e-2", "subject": "nobody"},
        EVENT | {"id": "e-3", "data": {"service": "teleport", "quantity": "4"}},
        EVENT | {"id": "e-4", "time": late.isoformat()},
        EVENT | {"id": "e-5", "time": future.isoformat()},
        EVENT | {"id": "e-6", "data": {"service": "gpu_container", "quantity": "1e9"}},
        *(EVENT | {"id": f"e-{n}", "data": {"service": "gpu_container", "quantity": 10**9}} for n in range(7, 30)),
    )

    codes = [outcome.code or outcome.status for outcome in result.events]
    assert codes[:8] == [
        "accepted",
        "repeated",
        "usage_event_conflict",
        "account_not_found",
        "service_not_found",
        "usage_too_old",
        "usage_in_future",
        "accepted",
    ]
    assert set(codes[8:]) == {"accepted", "amount_invalid"}  # a debt that no ledger could hold


def test_a_webhook_redelivered_changes_nothing(billing):
    """The same events again: byte by byte, in another order, and with the same instant written in another zone."""
    events = [EVENT | {"id": f"e-{number}"} for number in range(3)]
    assert send(billing, *events).accepted == 3
    before = dump(billing)

    for again in (events, events[::-1], [event | {"time": "2026-03-10T00:00:00Z"} for event in events]):
        assert send(billing, *again).repeated == 3

    assert dump(billing) == before
    assert billing.balance("acme").owed == usd("0.45")


def test_an_event_refused_once_is_counted_when_its_reason_is_gone(billing):
    assert send(billing, EVENT | {"subject": "later"}).refused == 1
    an_account(billing, "later")

    assert send(billing, EVENT | {"subject": "later"}).accepted == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b'{"specversion": "1.0"}', b"3"])
def test_a_batch_that_is_none_is_refused_as_a_whole(billing, body):
    with pytest.raises(UsageEventsUnreadable):
        billing.record_cloud_events(BATCH, body)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_single_event_that_is_none_is_refused_as_a_whole(billing, body):
    with pytest.raises(UsageEventsUnreadable):
        billing.record_cloud_events(SINGLE, body)
    with pytest.raises(UsageEventsUnreadable):
        billing.record_cloud_events({"content-type": "application/json"}, body)


def test_an_empty_batch_is_nothing(billing):
    assert send(billing).events == []


def test_a_batch_has_a_thousand_events_at_most(billing):
    assert send(billing, *(EVENT | {"id": str(n)} for n in range(1000))).accepted == 1000
    with pytest.raises(UsageBatchTooLarge):
        send(billing, *(EVENT | {"id": f"x{n}"} for n in range(1001)))
    assert billing.balance("acme").owed == usd(150)


@pytest.mark.parametrize("order", [("started", "ended"), ("ended", "started")])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("minutes", "human", "sessions"),
    [(0, 0, 1), (15, 0, 1), (16, 0, 2), (30, 0, 2), (31, 0, 3), (60, 40, 2), (20, 20, 1)],
)
def test_a_conversation_told_in_two_events_is_counted_once_in_either_order(
    billing, order, together, minutes, human, sessions
):
    begin = "2026-03-10T08:00:00Z"
    end = f"2026-03-10T{8 + minutes // 60:02}:{minutes % 60:02}:00Z"
    told = {
        "started": EVENT | {"type": "conversation.started", "id": "s", "time": begin, "data": {"conversation": "c"}},
        "ended": EVENT
        | {
            "type": "conversation.ended",
            "id": "e",
            "time": end,
            "data": {"conversation": "c", "human_seconds": human * 60},
        },
    }
    events = [told[moment] for moment in order]
    if together:
        assert send(billing, *events).accepted == 2
    else:
        assert [send(billing, event).accepted for event in events] == [1, 1]

    assert send(billing, *events).repeated == 2
    assert billing.usage("acme").sessions == sessions


def test_a_moment_of_a_conversation_is_told_by_one_event_and_for_one_account(billing):
    an_account(billing, "zeta")
    started = EVENT | {"type": "conversation.started", "data": {"conversation": "c"}}
    send(billing, started)

    result = send(
        billing,
        started | {"id": "again"},
        started | {"id": "foreign", "type": "conversation.ended", "subject": "zeta"},
        started | {"id": "before", "type": "conversation.ended", "time": "2026-03-09T23:00:00Z"},
    )

    assert [outcome.code for outcome in result.events] == [
        "usage_event_conflict",
        "usage_event_conflict",
        "usage_invalid",
    ]
    assert billing.usage("acme").sessions == 1
