"""A Slack user, as Slack tells of them: payloads in the recorded format, signed as Slack signs."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.builders.talkers import Button, Message, Request
from tests.builders.vendors import Sent, Vendors

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT = "U0BOTBOT0"
_numbers = itertools.count(1)


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass
class SlackUser:
    """Writes from a conversation of their own, unless told otherwise."""

    http: Any
    webhook = "/webhooks/slack/events"
    number: int = field(default_factory=lambda: next(_numbers))
    team: str = "T061EG9R6"

    @property
    def id(self) -> str:
        return f"U2147483{self.number:03}"

    @property
    def direct(self) -> str:
        return f"D024BE7{self.number:03}"

    def message(self, text: str, **event: Any) -> dict[str, Any]:
        return self._callback({"type": "message", "channel": self.direct, "channel_type": "im", "text": text, **event})

    def mention(self, text: str, channel: str) -> dict[str, Any]:
        return self._callback({"type": "app_mention", "channel": channel, "text": f"<@{BOT}> {text}"})

    def press(
        self, value: str, title: str, message_ts: str, channel: str | None = None, name: str = "privategroup"
    ) -> dict[str, Any]:
        where = channel or self.direct
        return {
            "type": "block_actions",
            "user": {
                "id": self.id,
                "username": f"user{self.number}",
                "name": f"user{self.number}",
                "team_id": self.team,
            },
            "api_app_id": "A0123ABCD",
            "token": "Shh_its_a_seekrit",
            "container": {"type": "message", "message_ts": message_ts, "channel_id": where, "is_ephemeral": False},
            "trigger_id": f"12321423423.333649436676.{next(_numbers)}",
            "team": {"id": self.team, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": where, "name": name if channel else "directmessage"},
            "message": {"type": "message", "user": BOT, "ts": message_ts, "text": "", "bot_id": "B0BOT", "blocks": []},
            "state": {"values": {}},
            "response_url": "https://hooks.slack.com/actions/T061EG9R6/1/x",
            "actions": [
                {
                    "action_id": "choose-0",
                    "block_id": "2jVIT",
                    "text": {"type": "plain_text", "text": title, "emoji": False},
                    "value": value,
                    "type": "button",
                    "action_ts": f"{time.time():.6f}",
                }
            ],
        }

    def tell(self, event: dict[str, Any], **headers: str) -> httpx.Response:
        """Slack's own call, signed; the answer."""
        body = json.dumps(event).encode()
        return self.http.post(
            "/webhooks/slack/events",
            content=body,
            headers={"Content-Type": "application/json", **signed(body), **headers},
        )

    def interact(self, payload: dict[str, Any]) -> httpx.Response:
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return self.http.post(
            "/webhooks/slack/interactions",
            content=body,
            headers={"Content-Type": "application/x-www-form-urlencoded", **signed(body)},
        )

    # what every channel's user can do, for the tests of all channels

    def writes(self, text: str) -> Request:
        body = json.dumps(self.message(text)).encode()
        return Request("/webhooks/slack/events", body, {"Content-Type": "application/json", **signed(body)})

    def presses(self, button: Button) -> Request:
        body = urlencode({"payload": json.dumps(self.press(button.token, button.title, "1700000000.000100"))}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request("/webhooks/slack/interactions", body, {**form, **signed(body)})

    def shown(self, vendors: Vendors) -> list[Message]:
        return [
            Message(
                sent.body["blocks"][0]["text"]["text"],
                tuple(Button(each["text"]["text"], each["value"]) for each in buttons_of(sent) if "value" in each),
                next((each["url"] for each in buttons_of(sent) if "url" in each), None),
            )
            for sent in posts(vendors, self.direct)
            if "text" in sent.body["blocks"][0]
        ]

    def _callback(self, event: dict[str, Any]) -> dict[str, Any]:
        ts = f"{time.time():.0f}.{next(_numbers):06}"
        return {
            "token": "Shh_its_a_seekrit",
            "team_id": self.team,
            "api_app_id": "A0123ABCD",
            "event": {"user": self.id, "ts": ts, "event_ts": ts, "team": self.team, **event},
            "type": "event_callback",
            "event_id": f"Ev{next(_numbers):08}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": self.team, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": False,
            "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
        }


def posts(vendors: Vendors, channel: str, call: str = "chat.postMessage") -> list[Sent]:
    return [sent for sent in vendors.to(channel) if sent.call == call]


def text_of(sent: Sent) -> str:
    return sent.body["text"]


def buttons_of(sent: Sent) -> list[dict]:
    return [element for block in sent.body["blocks"] if block["type"] == "actions" for element in block["elements"]]


def button(sent: Sent, title: str) -> dict:
    return next(each for each in buttons_of(sent) if each["text"]["text"] == title)


def token_in(sent: Sent) -> str:
    url = next(each["url"] for each in buttons_of(sent) if "url" in each)
    address, _, token = url.partition("#link-channel=")
    assert address == "https://billing.example.com/"
    return token
