"""The adapter of Facebook Messenger. Its API is JSON over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from starlette.datastructures import QueryParams

from billing.config import Settings
from gateway.channels import web
from gateway.channels.adapter import NotDelivered, Rejected, SignatureInvalid
from gateway.channels.fitting import Abilities
from gateway.channels.messenger.reading import events_of
from gateway.channels.schemas import Call, Heard, Incoming, Profile, Received, Shown

TEXT = 2000
BUTTONS = 13
TITLE = 20


class Messenger:
    """Messenger's webhooks in, its Send API out.

    Buttons are quick replies: Messenger takes them away once one is pressed, and shows what was chosen as the user's.
    """

    name = "messenger"
    calls: Mapping[str, tuple[str, ...]] = {"events": ("GET", "POST")}
    abilities = Abilities(text=TEXT, buttons=BUTTONS, title=TITLE, pictures=True)

    def __init__(self, settings: Settings) -> None:
        self._secret = (settings.messenger_app_secret or "").encode()
        self._verify_token = (settings.messenger_verify_token or "").encode()
        self._headers = {"Authorization": f"Bearer {settings.messenger_page_token}"}
        self._url = settings.messenger_api_url.rstrip("/")
        token = (settings.messenger_page_token or "").encode()
        self._proof = hmac.new(self._secret, token, hashlib.sha256).hexdigest()
        self._name_of = lru_cache(maxsize=4096)(self._ask_name)

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """The signature over the raw body; of Messenger's check of the address, the token that it was given."""
        if request.method == "GET":
            given, right = QueryParams(request.query).get("hub.verify_token", ""), self._verify_token
        else:
            given = request.headers.get("x-hub-signature-256") or ""
            right = b"sha256=" + hmac.new(self._secret, request.body, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(given.encode(), right):
            raise SignatureInvalid
        return {}

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """A batch of events, or the challenge that shows that the address is ours."""
        if request.method == "GET":
            return Received(body=QueryParams(request.query)["hub.challenge"])
        return events_of(json.loads(request.body))

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """A message for each text; quick replies at the last; the chart, before them, as a picture."""
        calls = [_send(place, {"text": text}) for text in shown.texts[:-1]]
        if shown.chart is not None:
            picture = {"attachment": {"type": "image", "payload": {"url": shown.chart.token}}}
            calls.append(_send(place, picture, optional=True))
        for text in shown.texts[-1:]:
            replies = [{"content_type": "text", "title": each.title, "payload": each.token} for each in shown.buttons]
            calls.append(_send(place, {"text": text, **({"quick_replies": replies} if replies else {})}))
        return calls

    def acknowledge(self, heard: Heard) -> list[Call]:
        """Nothing waits."""
        return []

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """Messenger does it by itself."""
        return []

    def profile(self, heard: Heard) -> Profile:
        """The user's name, where the page may read it; Messenger tells no language any more."""
        try:
            return Profile(self._name_of(heard.speaker.user))
        except (NotDelivered, Rejected):  # not kept: it may be told the next time
            return Profile()

    def can_link(self, heard: Heard) -> bool:
        """Messenger vouches for its users."""
        return True

    def private_url(self, heard: Heard) -> str | None:
        """Every conversation with a page is private."""
        return None

    def send(self, call: Call) -> None:
        """One message."""
        web.call(
            "POST", f"{self._url}/me/messages?appsecret_proof={self._proof}", json=call.body, headers=self._headers
        )

    def _ask_name(self, user: str) -> str:
        url = f"{self._url}/{quote(user, safe='')}?fields=first_name,last_name&appsecret_proof={self._proof}"
        told = web.call("GET", url, headers=self._headers)
        return " ".join(str(told[part]) for part in ("first_name", "last_name") if told.get(part))


def _send(place: Mapping[str, Any], message: dict[str, Any], *, optional: bool = False) -> Call:
    body = {"recipient": {"id": place["user"]}, "messaging_type": "RESPONSE", "message": message}
    return Call(method="messages", body=body, optional=optional)
