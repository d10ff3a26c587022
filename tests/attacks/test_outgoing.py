"""Where the server calls: addresses come from settings alone, and lead nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing.outbox.destinations import NotDelivered
from billing.outbox.webhook import deliver
from gateway.channels import adapter, web
from tests.attacks.table import attack
from tests.builders.vendors import Answer, Vendors


@attack("SSRF: a webhook's receiver that redirects to the metadata service or to a file", "redirects are not followed")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(vendors: Vendors, status: int) -> None:
    vendors.will("/crm", Answer(status, headers={"Location": f"{vendors.url}/internal"}))
    vendors.will("/slack", Answer(status, headers={"Location": f"{vendors.url}/internal"}))
    with pytest.raises(NotDelivered):
        deliver(f"{vendors.url}/crm", "s" * 40, event_id=1, kind="x", body={}, at=datetime.now(UTC))
    with pytest.raises((adapter.NotDelivered, adapter.Rejected)):
        web.call("POST", f"{vendors.url}/slack", json={})
    assert not any(sent.path == "/internal" for sent in vendors.sent)


@attack("`file://`, `gopher://`, `ftp://` and no scheme as an address", "only http and https are spoken")
@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1:9/", "ftp://127.0.0.1/", "etc/passwd"])
def test_other_schemes_are_not_spoken(url: str) -> None:
    with pytest.raises(NotDelivered):
        deliver(url, "s" * 40, event_id=1, kind="x", body={}, at=datetime.now(UTC))
    with pytest.raises((adapter.NotDelivered, adapter.Rejected)):
        web.call("GET", url)


@attack("addresses in customers' words, in buttons and in signed events", "nothing that is said is fetched")
def test_an_address_in_words_is_not_fetched(acme, thief, vendors: Vendors) -> None:
    conversation = acme.open()
    for text in (
        f"show {vendors.url}/fetch-me",
        f"![x]({vendors.url}/fetch-me)",
        f"file:///etc/passwd {vendors.url}/fetch-me",
    ):
        acme.say(conversation, text)
    assert not any("/fetch-me" in sent.path for sent in vendors.sent)
