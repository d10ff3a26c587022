"""A request reaches the helpdesk once in effect, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billing.api import Billing, TicketLine
from billing.config import Settings
from billing.errors import RequestNotFound, SettingInvalid, SettingMissing
from billing.helpdesk import http
from tests.builders.accounts import a_top_up, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.helpdesks import CHATWOOT_TOKEN, INBOX, ZENDESK_TOKEN, Helpdesks
from tests.builders.receivers import Receiver

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TROUBLES = ("refuse", "lose", "stall", "garble")
SAID = [TicketLine(role="customer", text="It is wrong"), TicketLine(role="assistant", text="Sent.", answer="a1b2")]


@pytest.fixture
def helpdesks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helpdesks]:
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    with Helpdesks().running() as running:
        yield running


def settings_of(kind: str, helpdesks: Helpdesks) -> dict[str, Any]:
    if kind == "zendesk":
        return {"zendesk_url": helpdesks.url, "zendesk_email": "bot@example.com", "zendesk_token": ZENDESK_TOKEN}
    place = {"chatwoot_account": 3, "chatwoot_inbox": INBOX}
    return {"chatwoot_url": helpdesks.url + "/", "chatwoot_token": CHATWOOT_TOKEN, **place}


def handed_over(billing: Billing, tmp_path: Path, clock: Any, **told: Any) -> Billing:
    """Billing with that helpdesk and a request that is on its way there."""
    billing.load_catalogue(a_catalogue(tmp_path))
    an_account(billing)
    a_top_up(billing, "acme", 50)
    found = Billing(billing.database, Settings(database_url=billing.database.url, **told), clock)
    ask(found, "r-1")
    return found


def ask(billing: Billing, key: str) -> None:
    request = billing.open_request("acme", topic="contact_support", message="Twice!", language="en", key=key)
    ticket = billing.ticket("acme", request.id, key=f"{request.id}-{key}", conversation=SAID)
    assert ticket is not None
    with billing.database.transaction() as session:
        billing.hand_over(session, ticket)


def deliver_all(billing: Billing, clock: Any) -> None:
    for _ in range(12):
        billing.deliver_outbox()
        due = [each["next_attempt_at"] for each in billing.undelivered() if each["destination"] == "helpdesk"]
        if not due:
            return
        clock.set(min(due))
    raise AssertionError("it was never delivered")


@embedded
@pytest.mark.parametrize("kind", ["zendesk", "chatwoot"])
def test_the_team_gets_all_of_it(billing, helpdesks, tmp_path, clock, kind: str) -> None:
    found = handed_over(billing, tmp_path, clock, helpdesk=kind, **settings_of(kind, helpdesks))
    deliver_all(found, clock)
    if kind == "zendesk":
        [ticket] = helpdesks.tickets
        assert (ticket["external_id"], ticket["key"]) == ("R-000001-r-1", "R-000001-r-1")
        assert ticket["comment"]["public"] is False
        text = ticket["comment"]["body"]
    else:
        [conversation], [message] = helpdesks.conversations, helpdesks.messages
        assert conversation["custom_attributes"]["support_tier"] == "basic"
        text = message["content"]
    parts = ("Twice!", "R-000001", "acme", "50.00 USD", "basic", "[customer] It is wrong", "[assistant a1b2] Sent.")
    for part in parts:
        assert part in text, text


@embedded
@pytest.mark.parametrize("kind", ["zendesk", "chatwoot"])
def test_whatever_goes_wrong_at_whatever_call_there_is_one_of_each(billing, helpdesks, tmp_path, clock, kind) -> None:
    found = handed_over(billing, tmp_path, clock, helpdesk=kind, **settings_of(kind, helpdesks))
    deliver_all(found, clock)
    calls, requests = len(helpdesks.calls), 1
    for at in range(calls):
        for trouble in TROUBLES:
            requests += 1
            ask(found, f"r-{requests}")
            helpdesks.trouble = [""] * at + [trouble]
            deliver_all(found, clock)
    if kind == "zendesk":
        keys = [ticket["external_id"] for ticket in helpdesks.tickets]
    else:
        keys = [each["custom_attributes"]["billing_request"] for each in helpdesks.conversations]
        assert len(helpdesks.contacts) == 1
        assert (
            len({message["conversation_id"] for message in helpdesks.messages}) == len(helpdesks.messages) == requests
        )
    assert len(keys) == len(set(keys)) == requests


@embedded
def test_a_webhook_is_signed(billing, tmp_path, clock) -> None:
    with Receiver().running() as receiver:
        told = {"helpdesk_webhook_url": receiver.url, "helpdesk_webhook_secret": "s" * 32}
        deliver_all(handed_over(billing, tmp_path, clock, helpdesk="webhook", **told), clock)
        [delivery] = receiver.deliveries
        assert delivery.is_signed_with("s" * 32)
        assert delivery.event["type"] == "request.support.handed_over"
        assert delivery.event["data"]["request"]["id"] == "R-000001"


@embedded
def test_nobody_gets_anothers_request(billing, helpdesks, tmp_path, clock) -> None:
    found = handed_over(billing, tmp_path, clock, helpdesk="zendesk", **settings_of("zendesk", helpdesks))
    an_account(found, "other")
    with pytest.raises(RequestNotFound):
        found.ticket("other", "R-000001", key="k", conversation=[])
    assert billing.ticket("acme", "R-000001", key="k", conversation=[]) is None  # no helpdesk is set


def test_a_helpdesk_of_which_a_part_is_missing_is_refused() -> None:
    keys = {"data_keys": ("d" * 32,), "receipt_keys": ("r" * 32,)}
    common = {"token_secret": "t" * 32, "internal_secret": "i" * 32, **keys}
    whole = {
        "helpdesk": "zendesk",
        "zendesk_url": "https://x.zendesk.com",
        "zendesk_email": "a@x",
        "zendesk_token": "t",
    }
    Settings(mode="production", **common, **whole).require_secrets()
    for name in ("zendesk_url", "zendesk_email", "zendesk_token"):
        with pytest.raises(SettingMissing, match=name.upper()):
            Settings(**common, **(whole | {name: None})).require_secrets()
    with pytest.raises(SettingInvalid):
        Settings(mode="production", **common, **(whole | {"zendesk_url": "http://x"})).require_secrets()
    short = {"helpdesk": "webhook", "helpdesk_webhook_url": "https://x", "helpdesk_webhook_secret": "short"}
    with pytest.raises(SettingInvalid):
        Settings(mode="production", **common, **short).require_secrets()
