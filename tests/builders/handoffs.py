"""People who answer conversations, and customers who listen to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from billing.api import Billing
from tests.builders.server import Client, Server

PERSON = "I want to talk to a person"


def an_operator(server: Server, name: str = "ann") -> Client:
    billing = Billing.open(server.settings)
    key = billing.create_api_key(name, ["operator"]).key
    billing.close()
    return Client(server.address, {"Authorization": f"Bearer {key}"})


def act(operator: Client, conversation: str, what: str, key: str = "1", **body: str) -> Any:
    path = f"/v1/operator/handoffs/{conversation}/{what}"
    answer = operator.http.post(path, json=body or None, headers={"Idempotency-Key": key})
    assert answer.is_success, answer.text
    return answer.json()


@contextmanager
def listening(customer: Client, conversation: str, after: str | None = None) -> Iterator[Iterator[tuple[str, dict]]]:
    """What comes unasked: (id, message)."""

    def events(answer: httpx.Response) -> Iterator[tuple[str, dict]]:
        told: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                told[name] = value
            elif "data" in told:
                yield told["id"], json.loads(told["data"])
                told = {}

    headers = {"Last-Event-ID": after} if after else {}
    with customer.http.stream("GET", f"/v1/conversations/{conversation}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def asked_for_a_person(customer: Client, message: str) -> str:
    conversation = customer.open()
    customer.say(conversation, PERSON)
    customer.say(conversation, message)
    [done] = customer.say(conversation, "yes, go ahead")
    assert (done["handoff"], "R-" in done["text"]) == ("waiting", True)
    return conversation
