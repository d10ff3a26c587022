"""A Telegram user, as Telegram tells of them: updates in the recorded format."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from tests.builders.talkers import Button, Message, Request
from tests.builders.vendors import Sent, Vendors

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a-secret_of_the_webhook"
USERNAME = "billing_demo_bot"
_numbers = itertools.count(1)
_updates = itertools.count(10_000)


@dataclass
class TelegramUser:
    language: str = "en"
    number: int = field(default_factory=lambda: 441_000_000 + next(_numbers))

    @property
    def person(self) -> dict[str, Any]:
        return {
            "id": self.number, "is_bot": False, "first_name": "Ada", "last_name": "L.", "language_code": self.language,
        }  # fmt: skip

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        return {
            "update_id": next(_updates),
            "message": {
                "message_id": next(_numbers),
                "from": self.person,
                "chat": {"id": self.number, "first_name": "Ada", "type": "private"},
                "date": 1700000000,
                "text": text,
                **more,
            },
        }

    def in_group(self, text: str, group: int, **more: Any) -> dict[str, Any]:
        return self.message(text, chat={"id": group, "title": "Team", "type": "supergroup"}, **more)

    def callback(self, data: str, chat: dict[str, Any] | None = None) -> dict[str, Any]:
        return {
            "update_id": next(_updates),
            "callback_query": {
                "id": f"43825{next(_numbers)}",
                "from": self.person,
                "message": {
                    "message_id": 77,
                    "from": {"id": 110201543, "is_bot": True, "first_name": "Billing", "username": USERNAME},
                    "chat": chat or {"id": self.number, "first_name": "Ada", "type": "private"},
                    "date": 1700000000,
                    "text": "…",
                },
                "chat_instance": "-1",
                "data": data,
            },
        }

    def writes(self, text: str) -> Request:
        return update(self.message(text))

    def presses(self, button: Button) -> Request:
        return update(self.callback(button.token))

    def shown(self, vendors: Vendors) -> list[Message]:
        return [_message(sent) for sent in sent_to(vendors, self.number)]


def update(body: dict[str, Any]) -> Request:
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    return Request("/webhooks/telegram/updates", json.dumps(body).encode(), headers)


def sent_to(vendors: Vendors, chat: int, method: str = "sendMessage") -> list[Sent]:
    calls = [sent for sent in vendors.sent if sent.path.startswith("/telegram/") and sent.call == method]
    return [sent for sent in calls if sent.body.get("chat_id") == chat]


def _message(sent: Sent) -> Message:
    keys = [key for line in sent.body.get("reply_markup", {}).get("inline_keyboard", []) for key in line]
    buttons = tuple(Button(key["text"], key["callback_data"]) for key in keys if "callback_data" in key)
    return Message(sent.body["text"], buttons, next((key["url"] for key in keys if "url" in key), None))
