"""The events of docs/usage-events.md, as they stand there."""

from __future__ import annotations

import json
import re

import pytest

from billing.config import ROOT
from tests.builders.accounts import an_account
from tests.builders.money import usd

GUIDE = (ROOT / "docs" / "usage-events.md").read_text(encoding="utf-8")
EVENTS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
COUNTED = {
    "9d3c-0001": (0, "3"),
    "c-77": (3, "0.15"),
    "c-78": (3, "0.15"),
    "c-80": (2, "0.1"),
    "c-79-started": (1, "0.05"),
    "c-79-ended": (2, "0.1"),
}
SINGLE = {"content-type": "application/cloudevents+json"}


def binary(event: dict) -> tuple[dict[str, str], bytes]:
    attributes = {f"ce-{name}": value for name, value in event.items() if name != "data"}
    return attributes | {"content-type": "application/json"}, json.dumps(event["data"]).encode()


def test_the_guide_shows_every_type():
    from billing.metering.cloud_events import TYPES

    assert {event["type"] for event in EVENTS} == TYPES.keys()
    assert {event["id"] for event in EVENTS} == COUNTED.keys()


@pytest.mark.parametrize("mode", ["structured", "binary"])
def test_each_event_of_the_guide_counts_what_it_says_in_either_mode(billing, mode):
    account = an_account(billing)
    for event in EVENTS:
        before = billing.usage(account)
        headers, body = (SINGLE, json.dumps(event).encode()) if mode == "structured" else binary(event)

        assert billing.record_cloud_events(headers, body)[1].accepted == 1, event
        assert billing.record_cloud_events(headers, body)[1].repeated == 1, event

        after = billing.usage(account)
        sessions, spend = COUNTED[event["id"]]
        assert (after.sessions - before.sessions, after.spend - before.spend) == (sessions, usd(spend))


def test_the_events_of_the_guide_count_the_same_as_a_batch_in_any_order(billing):
    account = an_account(billing)
    headers = {"content-type": "application/cloudevents-batch+json; charset=utf-8"}

    batch, result = billing.record_cloud_events(headers, json.dumps(EVENTS[::-1]).encode())

    assert batch
    assert (result.accepted, [event.index for event in result.events]) == (6, [0, 1, 2, 3, 4, 5])
    assert billing.usage(account).sessions == 11
    assert billing.usage(account).spend == usd("3.55")
