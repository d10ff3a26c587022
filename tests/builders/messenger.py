"""A Messenger user, as Messenger tells of them: webhooks in the recorded format, signed as Facebook signs."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.builders.talkers import Button, Message, Request
from tests.builders.vendors import Sent, Vendors

SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00"
PAGE = "109000000000001"
VERIFY = "a-token-of-ours"
_numbers = itertools.count(1)


def batch(*events: dict[str, Any], secret: str = SECRET) -> Request:
    entry = {"time": 1700000000000, "id": PAGE, "messaging": list(events)}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    return Request("/webhooks/messenger/events", body, signed(body, secret))


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


@dataclass
class MessengerUser:
    id: str = field(default_factory=lambda: f"24{next(_numbers):014}")

    def event(self, **told: Any) -> dict[str, Any]:
        return {"sender": {"id": self.id}, "recipient": {"id": PAGE}, "timestamp": 1700000000000, **told}

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        return self.event(message={"mid": f"m_{next(_numbers):040}", "text": text, **more})

    def writes(self, text: str) -> Request:
        return batch(self.message(text))

    def presses(self, button: Button) -> Request:
        return batch(self.message(button.title, quick_reply={"payload": button.token}))

    def sent(self, vendors: Vendors) -> list[Sent]:
        calls = [sent for sent in vendors.sent if sent.path.startswith("/messenger/") and sent.call == "messages"]
        return [sent for sent in calls if sent.body["recipient"]["id"] == self.id]

    def shown(self, vendors: Vendors) -> list[Message]:
        return [_message(sent) for sent in self.sent(vendors) if "text" in sent.body["message"]]


def _message(sent: Sent) -> Message:
    message = sent.body["message"]
    found = re.search(r"https://\S+#link-channel=\S+", message["text"])
    replies = tuple(Button(each["title"], each["payload"]) for each in message.get("quick_replies", []))
    return Message(message["text"], replies, found[0] if found else None)
