"""A reply as a caller sees it, made from what Rasa keeps of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.shared.core.events import SlotSet

_LINK = re.compile(r"https?://[^\s<>\"'）)」]+")


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply; `choice` is good only as the answer to the reply that showed it."""

    title: str
    choice: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page to read on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the assistant. `text` alone is enough for a reader without cards.

    `handoff`: a person was asked for with it, under this number. `answer`: the trace of the figures that it says.
    """

    id: str
    text: str
    language: str
    topic: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    card: dict[str, Any] | None = field(default=None)
    handoff: str | None = None
    answer: dict[str, Any] | None = field(default=None)


def language_of(events: Sequence[Any]) -> str:
    """The language that a reply is written in after these events: the slot as they set it."""
    set_to = [event.value for event in events if type(event) is SlotSet and event.key == "language" and event.value]
    return set_to[-1] if set_to else "en"


class Reply:
    """Turns the bot events of one turn into messages, in order, with ids that a repeat gives again."""

    def __init__(self, message_id: str, language: str) -> None:
        self._message_id, self._language = message_id, language
        self._messages = 0
        self._buttons = 0

    def next(self, topic: str, text: str | None, data: dict[str, Any], metadata: dict[str, Any]) -> Message:
        """The next message of the reply, about that topic."""
        custom = data.get("custom") or {}
        shown = data.get("buttons") or []
        buttons = tuple(
            Button(button["title"], f"{self._message_id}:{self._buttons + number}")
            for number, button in enumerate(shown)
        )
        self._messages += 1
        self._buttons += len(shown)
        title = (metadata.get("metadata") or {}).get("link_title")
        return Message(
            id=f"{self._message_id}-{self._messages}",
            text=(text or "").strip(),
            language=self._language,
            topic=topic,
            buttons=buttons,
            links=tuple(Link(title or url, url) for url in _LINK.findall(text or "")),
            card=custom.get("card"),
            handoff=custom.get("handoff"),
            answer=custom.get("answer"),
        )
