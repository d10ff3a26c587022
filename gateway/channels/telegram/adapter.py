"""The adapter of Telegram. Its API is JSON over HTTP; texts are sent plain, so that nothing in them is markup."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from billing.config import Settings
from gateway.channels import web
from gateway.channels.adapter import SignatureInvalid
from gateway.channels.fitting import Abilities, utf16
from gateway.channels.schemas import Call, Choice, Heard, Incoming, Profile, Received, Shown
from gateway.channels.telegram.reading import events_of

TEXT = 4096
BUTTONS = 100
NUMBERS_A_LINE = 5
TITLE = 40
"""Characters of a button that a telephone shows whole, one button a line."""


class Telegram:
    """Telegram's updates by webhook in, its Bot API out."""

    name = "telegram"
    calls: Mapping[str, tuple[str, ...]] = {"updates": ("POST",)}
    abilities = Abilities(text=TEXT, buttons=BUTTONS, title=TITLE, links=True, pictures=True, width=utf16)

    def __init__(self, settings: Settings) -> None:
        token = settings.telegram_bot_token or ""
        self._bot_id, self._username = token.partition(":")[0], (settings.telegram_bot_username or "").lstrip("@")
        self._secret = (settings.telegram_webhook_secret or "").encode()
        self._url = f"{settings.telegram_api_url.rstrip('/')}/bot{token}"

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """The secret that the webhook was set with."""
        given = request.headers.get("x-telegram-bot-api-secret-token") or ""
        if not hmac.compare_digest(given.encode(), self._secret):
            raise SignatureInvalid
        return {}

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """One update."""
        return events_of(json.loads(request.body), self._bot_id, self._username)

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """A message for each text; buttons below the last; the chart as a photo."""
        calls = [_message(place, text, ()) for text in shown.texts[:-1]]
        calls += [_message(place, text, _keyboard(shown)) for text in shown.texts[-1:]]
        if shown.chart is not None:
            body = {**_where(place), "photo": shown.chart.token, "caption": shown.chart.title}
            calls.append(Call(method="sendPhoto", body=body, optional=True))
        return calls

    def acknowledge(self, heard: Heard) -> list[Call]:
        """Without it the user's button goes on waiting, and is pressed again."""
        return [Call(method="answerCallbackQuery", body={"callback_query_id": heard.pressed["query"]}, optional=True)]

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """The choice stands below the text; the buttons are gone, so that nobody can press them again and again."""
        chosen = f"\n\n✓ {title}"
        body = {"chat_id": heard.place["chat"], "message_id": heard.pressed["message"], "text": shown.texts[-1]}
        if utf16(shown.texts[-1] + chosen) <= TEXT:
            body["text"] += chosen
        return [Call(method="editMessageText", body=body, optional=True)]

    def profile(self, heard: Heard) -> Profile:
        """Every update tells both already."""
        return Profile()

    def can_link(self, heard: Heard) -> bool:
        """Telegram vouches for its users."""
        return True

    def private_url(self, heard: Heard) -> str | None:
        """The bot's own address."""
        return f"https://t.me/{self._username}"

    def send(self, call: Call) -> None:
        """One call of the Bot API."""
        web.call("POST", f"{self._url}/{call.method}", json=call.body)


def _message(place: Mapping[str, Any], text: str, keyboard: tuple[list[dict[str, str]], ...]) -> Call:
    body = {**_where(place), "text": text, "link_preview_options": {"is_disabled": True}}
    if keyboard:
        body["reply_markup"] = {"inline_keyboard": list(keyboard)}
    return Call(method="sendMessage", body=body)


def _where(place: Mapping[str, Any]) -> dict[str, Any]:
    where: dict[str, Any] = {"chat_id": place["chat"]}
    if place.get("topic") is not None:
        where["message_thread_id"] = place["topic"]
    if place.get("answers") is not None:
        where["reply_parameters"] = {"message_id": place["answers"], "allow_sending_without_reply": True}
    return where


def _keyboard(shown: Shown) -> tuple[list[dict[str, str]], ...]:
    """A button a line; of those that only say numbers, some."""
    width = NUMBERS_A_LINE if shown.numbered else 1
    buttons = [_button(choice) for choice in shown.buttons]
    lines = [buttons[at : at + width] for at in range(0, len(buttons), width)]
    return (*lines, *([{"text": link.title, "url": link.token}] for link in shown.links))


def _button(choice: Choice) -> dict[str, str]:
    """The token is of 64 bytes at most: a message's id and a number."""
    return {"text": choice.title, "callback_data": choice.token}
