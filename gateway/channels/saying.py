"""The assistant's messages, and the channels' own, in the neutral terms that are fitted to a channel."""

from __future__ import annotations

from typing import Any

from gateway.channels.charts import title_of_chart
from gateway.channels.facts import facts_of
from gateway.channels.marks import clean
from gateway.channels.schemas import Choice, Said
from gateway.channels.texts import text_of


def said_of(message: dict[str, Any], *, charts: bool) -> Said:
    """A message of the assistant as the gateway keeps it."""
    card = message["card"]
    return Said(
        id=message["id"],
        text=clean(message["text"]),
        language=message["language"],
        choices=tuple(Choice(clean(button["title"]), button["choice"]) for button in message["buttons"]),
        facts=facts_of(card, message["language"]),
        chart=title_of_chart(card, message["language"]) if charts else None,
    )


def own(key: str, language: str, **values: str) -> Said:
    """A text of the channels' own."""
    return Said(key, text_of(key, language, **values), language)


def title_of(message: dict[str, Any], choice: str) -> str | None:
    """What the button of the message says; None where it has no such button."""
    return next((str(button["title"]) for button in message["buttons"] if button["choice"] == choice), None)
