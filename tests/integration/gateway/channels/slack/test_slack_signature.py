"""Only what Slack signed, and lately, is read."""

from __future__ import annotations

import json
import time

import pytest

from tests.builders.slack import signed
from tests.integration.gateway.conftest import problem


def test_slacks_address_check_is_answered_with_its_challenge(http, user) -> None:
    answer = user.tell(
        {"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"}
    )
    assert (answer.status_code, answer.text) == (200, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": str(int(time.time()))},
        {"X-Slack-Signature": "v0=é", "X-Slack-Request-Timestamp": "now"},
        {"X-Slack-Request-Timestamp": str(int(time.time()))},
    ],
)
def test_a_request_without_the_right_signature_is_refused_before_it_is_read(http, user, headers) -> None:
    coded = {name: value.encode("latin-1") for name, value in headers.items()}
    for body in (json.dumps(user.message("hello")).encode(), b"{not json", b"\xff\xfe"):
        assert problem(http.post("/webhooks/slack/events", content=body, headers=coded), 401, "signature_invalid")


def test_another_secret_signs_nothing(http, user) -> None:
    body = json.dumps(user.message("hello")).encode()
    answer = http.post("/webhooks/slack/events", content=body, headers=signed(body, secret="another"))
    assert problem(answer, 401, "signature_invalid")


def test_a_changed_body_is_refused(http, user) -> None:
    headers = signed(json.dumps(user.message("hello")).encode())
    answer = http.post("/webhooks/slack/events", content=json.dumps(user.message("balance")), headers=headers)
    assert problem(answer, 401, "signature_invalid")


@pytest.mark.parametrize("age", [-330, 301, 86400])
def test_a_request_of_more_than_five_minutes_ago_or_ahead_is_refused(http, user, age) -> None:
    body = json.dumps(user.message("hello")).encode()
    answer = http.post("/webhooks/slack/events", content=body, headers=signed(body, at=time.time() - age))
    assert problem(answer, 401, "signature_invalid")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b"{",
        b'{"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": "U1"}}',
    ],
)
def test_a_signed_body_that_is_not_slacks_is_a_problem_and_no_crash(http, body) -> None:
    answer = http.post("/webhooks/slack/events", content=body, headers=signed(body))
    assert problem(answer, 400, "event_malformed")


def test_a_body_beyond_the_limit_is_refused(http) -> None:
    body = b"x" * (64 * 1024 + 1)
    answer = http.post("/webhooks/slack/events", content=body, headers=signed(body))
    assert problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("path", ["/webhooks/slack/other", "/webhooks/irc/events", "/webhooks/slack/__init__"])
def test_what_is_no_webhook_is_not_there(http, path) -> None:
    assert problem(http.post(path, content=b""), 404, "not_found")
