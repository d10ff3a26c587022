"""A conversation with the trained model, and what a reply is held against: the texts in data/responses."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gateway.auth import Identity
from gateway.conversations.schemas import NewMessage
from gateway.conversations.service import Conversations

ROOT = Path(__file__).resolve().parents[2]


@cache
def _patterns(language: str) -> dict[str, list[re.Pattern[str]]]:
    found: dict[str, list[re.Pattern[str]]] = {}
    for path in (ROOT / "data" / "responses").rglob("*.yml"):
        for key, variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            for variant in variants:
                if variant.get("condition", [{"value": "en"}])[0]["value"] == language:
                    pieces = re.split(r"\{[a-z_]+\}", variant["text"].strip())
                    pattern = "(.*?)".join(map(re.escape, pieces))
                    found.setdefault(key, []).append(re.compile(rf"{pattern}\Z", re.DOTALL))
    return found


def named(text: str, language: str) -> set[str]:
    """The keys of the responses that this text can be, in that language."""
    return {
        key
        for key, patterns in _patterns(language).items()
        if not key.startswith("utter_term_") and any(p.match(text) for p in patterns)
    }


@dataclass(frozen=True)
class Reply:
    """The messages of one turn."""

    messages: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def topic(self) -> str:
        return self.messages[0]["topic"]

    @property
    def language(self) -> str:
        return self.messages[0]["language"]

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message["buttons"]]

    def says(self, *keys: str) -> bool:
        """Whether the messages are these responses, in this order, in the conversation's language."""
        shown = [named(message["text"], message["language"]) for message in self.messages]
        assert len(shown) == len(keys), f"expected {keys}, got {shown}: {self.text}"
        for key, found in zip(keys, shown, strict=True):
            assert key in found, f"expected {keys}, got {shown}: {self.text}"
        return True


class Talk:
    """One conversation; `account` None: an anonymous visitor."""

    def __init__(self, loop: asyncio.AbstractEventLoop, talk: Conversations, account: str | None) -> None:
        self._loop, self._talk = loop, talk
        self._identity = Identity(account, f"user-of-{account}") if account else None
        self.id = loop.run_until_complete(talk.open(self._identity)).id

    def say(self, text: str, *, key: str | None = None, locale: str | None = None) -> Reply:
        return self._send(NewMessage(text=text), key, locale)

    def press(self, button: dict[str, str], *, key: str | None = None) -> Reply:
        return self._send(NewMessage(choice=button["choice"]), key, None)

    def _send(self, message: NewMessage, key: str | None, locale: str | None) -> Reply:
        async def gather() -> list[dict[str, Any]]:
            answered = self._talk.answer(self.id, self._identity, message, key=key, locale=locale)
            return [said async for said in answered]

        return Reply(self._loop.run_until_complete(gather()))
