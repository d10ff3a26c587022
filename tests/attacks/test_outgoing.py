"""Where the server calls: addresses come from settings alone, and lead nowhere else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

import jwt
import pytest
import requests
import stripe

from billing.config import Settings
from billing.helpdesk.http import Api
from billing.outbox.destinations import NotDelivered
from billing.outbox.mail import Mail
from billing.outbox.webhook import deliver
from billing.outgoing import http, sockets
from billing.outgoing.addresses import Policy
from billing.payments.providers.stripe import Stripe
from gateway.channels import adapter, web
from gateway.channels.schemas import Call
from gateway.channels.slack.adapter import Slack
from gateway.channels.teams.tokens import Outgoing
from gateway.channels.twilio.adapter import Twilio
from gateway.key_sets import Client
from tests.attacks.table import attack
from tests.builders.ports import free_port
from tests.builders.vendors import Answer, Vendors

LOOKED_AT = "in production each address is looked at as it was resolved, and that one is connected to"
INSIDE = [
    *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0"),
    *(
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
    ),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "[fd00::1]", "[fe80::1]", "[fec0::1]", "224.0.0.1"),
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]"),
    *("100.100.100.200", "168.63.129.16", "[fd00:ec2::254]", "255.255.255.255", "[ff02::1]"),
]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As a process of production mode calls."""
    monkeypatch.setattr(sockets, "policy", lambda: Policy.of(production=True, private_hosts=()))
    yield monkeypatch


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A resolver that answers so, one after another; the hosts that it was asked for."""
    asked: list[str] = []

    def answer(host: str, port: int, *_: object, **__: object) -> list[tuple]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(sockets.socket, "getaddrinfo", answer)
    return asked


def settings(**given: str) -> Settings:
    return Settings(
        **{f"stripe_{name}": "x" * 40 for name in ("secret_key", "publishable_key", "webhook_secret")} | given
    )


def slack(url: str) -> Settings:
    return settings(slack_api_url=f"{url}/", slack_bot_token="x", slack_signing_secret="x" * 32)


def twilio(url: str) -> Settings:
    return settings(twilio_account_sid="AC" + "0" * 32, twilio_auth_token="x" * 32, twilio_api_url=url)


@attack("SSRF: a webhook's receiver that redirects to the metadata service or to a file", "redirects are not followed")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(vendors: Vendors, status: int) -> None:
    for path in ("/receiver", "/slack", "/helpdesk", "/keys"):
        vendors.will(path, Answer(status, headers={"Location": f"{vendors.url}/internal"}))
    with pytest.raises(NotDelivered):
        deliver(f"{vendors.url}/receiver", "s" * 40, event_id=1, kind="x", body={}, at=datetime.now(UTC))
    with pytest.raises((adapter.NotDelivered, adapter.Rejected)):
        web.call("POST", f"{vendors.url}/slack", json={})
    with pytest.raises(NotDelivered):
        Api(vendors.url).get("/helpdesk")
    with pytest.raises(jwt.PyJWKClientConnectionError):
        Client(f"{vendors.url}/keys").fetch_data()
    for path in ("/chat.postMessage", "/Messages.json"):
        vendors.will(path, Answer(status, headers={"Location": f"{vendors.url}/internal"}))
    for channel in (Slack(slack(vendors.url)), Twilio(twilio(vendors.url))):
        with pytest.raises((adapter.NotDelivered, adapter.Rejected)):
            channel.send(Call(method="chat.postMessage", body={"from": "+1", "to": "+2", "body": "x"}))
    assert not any(sent.path == "/internal" for sent in vendors.sent)


@attack("SSRF: an address of this machine, its network or its metadata service, in every form of writing", LOOKED_AT)
@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_not_called(guarded, monkeypatch, host: str) -> None:
    connected: list[object] = []
    monkeypatch.setattr(sockets, "create_connection", lambda *asked: connected.append(asked))
    with pytest.raises(http.NotConnected):
        http.request("GET", f"http://{host}/latest/meta-data", timeout=1)
    assert connected == []


@attack("SSRF: the same through each client: webhooks, helpdesks, channels, key sets, payments, mail", LOOKED_AT)
def test_no_client_calls_inside(guarded, vendors: Vendors) -> None:
    before, at = len(vendors.sent), datetime.now(UTC)
    with pytest.raises(NotDelivered):
        deliver(f"{vendors.url}/crm", "s" * 40, event_id=1, kind="x", body={}, at=at)
    with pytest.raises(NotDelivered):
        Api(vendors.url).get("/helpdesk")
    with pytest.raises(adapter.NotDelivered) as refused:
        web.call("POST", f"{vendors.url}/slack", json={})
    assert not refused.value.unknown
    with pytest.raises(jwt.PyJWKClientConnectionError):
        Client(f"{vendors.url}/keys").fetch_data()
    for channel in (Slack(slack(vendors.url)), Twilio(twilio(vendors.url))):
        with pytest.raises(adapter.NotDelivered) as refused:
            channel.send(Call(method="chat.postMessage", body={"from": "+1", "to": "+2", "body": "x"}))
        assert not refused.value.unknown
    paying = Stripe(settings(stripe_api_url=vendors.url))
    with pytest.raises(stripe.APIConnectionError):
        paying._api.customers.list()
    with pytest.raises(adapter.NotDelivered):
        Outgoing(settings(teams_login_url=vendors.url, teams_app_id="a", teams_app_password="b")).header()
    for security in ("none", "tls"):
        with pytest.raises(sockets.AddressRefused):
            Mail("127.0.0.1", free_port(), "us@example.com", security)._connect()
    assert len(vendors.sent) == before


@attack("SSRF: a name that leads inside, alone or beside an address of the internet", LOOKED_AT)
@pytest.mark.parametrize("found", [["127.0.0.1"], ["169.254.169.254"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_not_called(guarded, monkeypatch, found: list[str]) -> None:
    connected: list[object] = []
    monkeypatch.setattr(sockets, "create_connection", lambda *asked: connected.append(asked))
    names(monkeypatch, found)
    with pytest.raises(http.NotConnected):
        http.request("GET", "https://receiver.example/", timeout=1)
    assert connected == []


@attack("DNS rebinding: a name that leads to the internet when looked at, and inside a moment later", LOOKED_AT)
def test_what_was_looked_at_is_what_is_connected_to(guarded, monkeypatch) -> None:
    connected: list[str] = []

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        connected.append(address[0])
        raise OSError("closed")

    asked = names(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    monkeypatch.setattr(sockets, "create_connection", connect)
    with pytest.raises(requests.ConnectionError):
        http.request("GET", "http://rebinding.example/", timeout=1)
    assert (asked, connected) == (["rebinding.example"], ["93.184.216.34"])


@attack("SSRF: a host that may be inside, and that leads to a metadata service", LOOKED_AT)
@pytest.mark.parametrize(
    ("host", "address", "may"),
    [
        ("crm.internal", "10.0.0.1", True),
        ("CRM.internal.", "10.0.0.1", True),
        ("[fd00::1]", "fd00::1", True),
        ("other.internal", "10.0.0.1", False),
        ("crm.internal", "169.254.169.254", False),
        ("crm.internal", "fd00:ec2::254", False),
        ("crm.internal", "::ffff:169.254.169.254", False),
        ("example.com", "93.184.216.34", True),
        ("example.com", "2606:2800:220:1:248:1893:25c8:1946", True),
    ],
)
def test_a_named_host_may_be_inside_but_never_a_metadata_service(host: str, address: str, may: bool) -> None:
    policy = Policy.of(production=True, private_hosts=["crm.internal", "fd00::1"])
    assert policy.allows(host, ip_address(address)) is may


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
