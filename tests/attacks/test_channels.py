"""Webhooks of the messaging channels: forged, old, changed, told again; and whom they speak for."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from tests.attacks.table import attack
from tests.builders import messenger, slack, telegram, twilio
from tests.builders.slack import SlackUser
from tests.builders.talkers import Request
from tests.builders.teams import TeamsUser, token
from tests.builders.vendors import until

RAW = "the vendor's signature is checked on the raw body before anything is parsed"


@pytest.fixture
def http(server):
    return server.visitor().http


def from_slack(user: SlackUser, text: str, at: float | None = None, secret: str = slack.SECRET) -> Request:
    body = json.dumps(user.message(text)).encode()
    return Request(user.webhook, body, {"Content-Type": "application/json", **slack.signed(body, secret, at)})


def forged(request: Request, http, *names: str) -> None:
    """Without its signature, with another, and with another body."""
    without = {name: value for name, value in request.headers.items() if name not in names}
    spoiled = {name: "x" * len(value) for name, value in request.headers.items() if name in names}
    for headers, body in (
        (without, request.body),
        (without | spoiled, request.body),
        (request.headers, request.body + b" "),
    ):
        answer = replace(request, headers=headers, body=body).made(http)
        assert answer.status_code in {401, 403}, answer.text


@attack("Slack: no signature, another, of another secret, a changed body", RAW)
def test_slack_is_not_forged(http) -> None:
    forged(from_slack(SlackUser(http), "hello"), http, "X-Slack-Signature")
    assert from_slack(SlackUser(http), "hello", secret="x" * 32).made(http).status_code == 401


@attack(
    "Slack: a recorded call sent again ten minutes later, or dated ahead", "the signed time is five minutes old at most"
)
def test_slack_is_not_replayed_late(http) -> None:
    for late in (-600, 600):
        assert from_slack(SlackUser(http), "hello", at=time.time() + late).made(http).status_code == 401


@attack("Slack: a recorded call sent again at once", "an event's id is kept for good", "doubled")
def test_slack_replayed_at_once_is_answered_once(http, vendors) -> None:
    user = SlackUser(http)
    request = user.writes("What is a voucher?")
    assert {request.made(http).status_code for _ in range(5)} == {200}
    until(lambda: user.shown(vendors))
    time.sleep(0.5)
    assert len(user.shown(vendors)) == 1


@attack("Messenger: no signature, another, a changed body; a verify token guessed", RAW)
def test_messenger_is_not_forged(http) -> None:
    forged(messenger.MessengerUser().writes("hello"), http, "X-Hub-Signature-256")
    ask = {"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "<script>"}
    assert http.get("/webhooks/messenger/events", params=ask).status_code in {401, 403}


@attack("Twilio: no signature, another, a changed form, another address", RAW)
def test_twilio_is_not_forged(http) -> None:
    user = twilio.TwilioUser()
    request = user.writes("hello")
    unsigned = {name: value for name, value in request.headers.items() if name != "X-Twilio-Signature"}
    for body in (request.body.replace(b"hello", b"howdy"), request.body + b"&Extra=1"):
        assert replace(request, body=body).made(http).status_code in {401, 403}
    assert replace(request, headers=unsigned).made(http).status_code in {401, 403}
    elsewhere = twilio.request(user.form("hello"), address="https://evil.example/webhooks/twilio/messages")
    assert elsewhere.made(http).status_code in {401, 403}


@attack("Telegram: no secret, another, one letter less", "the webhook's secret is compared in constant time")
def test_telegram_is_not_forged(http) -> None:
    request = telegram.TelegramUser().writes("hello")
    name = "X-Telegram-Bot-Api-Secret-Token"
    for secret in ("", "x", telegram.SECRET[:-1], telegram.SECRET + "x"):
        answer = replace(request, headers=request.headers | {name: secret}).made(http)
        assert answer.status_code in {401, 403}


@attack(
    "Teams: tokens of another app, issuer or key, expired, unsigned", "the Bot Framework's keys, `aud`, `iss`, `exp`"
)
def test_teams_is_not_forged(http, vendors) -> None:
    user = TeamsUser(f"{vendors.url}/teams/")
    for claims in ({"aud": "x"}, {"iss": "x"}, {"exp": 1}, {"key": "unknown"}, {"kid": "webchat"}):
        assert user.request(user.activity("hi"), token(user.service, **claims)).made(http).status_code == 401
    assert user.request(user.activity("hi"), "e30.e30.").made(http).status_code == 401


@attack("Teams: an activity that asks to be answered elsewhere, to get the app's token (SSRF)",
        "`serviceUrl` must be the one of the signed token")  # fmt: skip
def test_an_activity_is_not_answered_elsewhere(http, vendors) -> None:
    user = TeamsUser(f"{vendors.url}/teams/")
    for place in (f"{vendors.url}/thief/", "http://169.254.169.254/", "file:///etc/passwd", "http://[::1]:1/"):
        activity = user.activity("hi") | {"serviceUrl": place}
        assert user.request(activity).made(http).status_code == 401
    assert not any("/thief/" in sent.path for sent in vendors.sent)


@attack(
    "signed bodies of the right vendor that are no event: nested, lists, numbers", "a 4xx, or taken and not answered"
)
@pytest.mark.parametrize(
    "body", [b"[" * 20_000, b"[]", b"7", b"null", b'{"type":"event_callback"}', b"\xff", b'{"a":"\\ud800"}']
)
def test_signed_nonsense_breaks_nothing(http, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert http.post("/webhooks/slack/events", content=body, headers=headers | slack.signed(body)).status_code < 500
    facebook = messenger.signed(body)
    assert http.post("/webhooks/messenger/events", content=body, headers=facebook).status_code < 500
    secret = headers | {"X-Telegram-Bot-Api-Secret-Token": telegram.SECRET}
    assert http.post("/webhooks/telegram/updates", content=body, headers=secret).status_code < 500
