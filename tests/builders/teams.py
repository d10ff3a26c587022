"""A Teams user, as the Bot Framework tells of them: activities in the recorded format, with its tokens."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.builders.talkers import Button, Message, Request
from tests.builders.vendors import Answer, Sent, Vendors

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
BOT = {"id": f"28:{APP}", "name": "Billing"}
KEYS = {kid: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kid in ("teams", "webchat", "unknown")}
_numbers = itertools.count(1)


def token(service: str, *, kid: str = "teams", key: str | None = None, **claims: Any) -> str:
    now = int(time.time())
    told = {
        "serviceurl": service, "nbf": now - 10, "iat": now - 10, "exp": now + 3600,
        "iss": "https://api.botframework.com", "aud": APP, **claims,
    }  # fmt: skip
    return jwt.encode(told, KEYS[key or kid], algorithm="RS256", headers={"kid": kid})


def play_microsoft(vendors: Vendors) -> None:
    """Its keys, and its sign-in for apps."""
    jwks = [
        {**jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[kid].public_key(), as_dict=True), "kid": kid, "endorsements": [for_]}
        for kid, for_ in (("teams", "msteams"), ("webchat", "webchat"))
    ]
    vendors.answers["/botframework/v1/.well-known/keys"] = lambda _: Answer(body={"keys": jwks})
    login = f"https://login.microsoftonline.com/{TENANT}"
    found = {
        "token_endpoint": f"{login}/oauth2/v2.0/token",
        "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
        "issuer": f"{login}/v2.0",
    }
    vendors.answers["openid-configuration"] = lambda _: Answer(body=found)
    granted = {"token_type": "Bearer", "expires_in": 3599, "access_token": "an-app-token"}
    vendors.answers["/oauth2/v2.0/token"] = lambda _: Answer(body=granted)
    vendors.answers["/activities"] = lambda _: Answer(201, {"id": f"1:{next(_numbers)}"})


@dataclass
class TeamsUser:
    service: str
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def person(self) -> dict[str, Any]:
        return {"id": f"29:1abc{self.number:05}", "name": "Ada Lovelace", "aadObjectId": f"{self.number:032x}"}

    @property
    def conversation(self) -> dict[str, Any]:
        return {"conversationType": "personal", "tenantId": TENANT, "id": f"a:1chat{self.number:05}"}

    def activity(self, text: str | None, **more: Any) -> dict[str, Any]:
        return {
            "type": "message",
            "id": f"{1700000000000 + next(_numbers)}",
            "timestamp": "2026-11-22T01:02:03.0Z",
            "serviceUrl": self.service,
            "channelId": "msteams",
            "from": self.person,
            "conversation": self.conversation,
            "recipient": BOT,
            "entities": [{"locale": "en-US", "country": "US", "platform": "Windows", "type": "clientInfo"}],
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            **({"text": text, "textFormat": "plain"} if text is not None else {}),
            **more,
        }

    def in_channel(self, text: str, channel: str, *, named: bool = True) -> dict[str, Any]:
        mention = {"type": "mention", "mentioned": BOT, "text": "<at>Billing</at>"}
        return self.activity(
            f"<at>Billing</at>&nbsp;{text}" if named else text,
            conversation={"isGroup": True, "conversationType": "channel", "tenantId": TENANT, "id": channel},
            entities=[mention] if named else [],
        )

    def press(self, choice: str, card: str = "1:card") -> dict[str, Any]:
        return self.activity(None, value={"choice": choice}, replyToId=card)

    def request(self, activity: dict[str, Any], signed: str | None = None) -> Request:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {signed or token(self.service)}"}
        return Request("/webhooks/teams/messages", json.dumps(activity).encode(), headers)

    def writes(self, text: str) -> Request:
        return self.request(self.activity(text))

    def presses(self, button: Button) -> Request:
        return self.request(self.press(button.token))

    def shown(self, vendors: Vendors) -> list[Message]:
        return [_message(sent) for sent in sent_to(vendors, self.conversation["id"]) if "Image" not in str(sent.body)]


def sent_to(vendors: Vendors, conversation: str, method: str = "POST") -> list[Sent]:
    place = f"/v3/conversations/{quote(conversation, safe='')}/"
    return [sent for sent in vendors.sent if place in sent.path and sent.method == method]


def actions_of(sent: Sent) -> list[dict[str, Any]]:
    cards = [attachment["content"] for attachment in sent.body.get("attachments", [])]
    return [action for card in cards for action in card.get("actions", [])]


def _message(sent: Sent) -> Message:
    actions = actions_of(sent)
    buttons = tuple(Button(each["title"], each["data"]["choice"]) for each in actions if "data" in each)
    return Message(sent.body["text"], buttons, next((each["url"] for each in actions if "url" in each), None))
