"""Buttons: which ones a reply showed, and what pressing one says."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.errors import StaleChoice
from assistant.nlu.topics import TOPIC, selection


def topic_data(topic: str, entities: list[dict[str, Any]], text: str) -> dict[str, Any]:
    """What parsing gives, for a button: it says its topic itself."""
    intent = topic.partition("/")[0]
    data = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": entities}
    data[TOPIC] = {"name": topic, "confidence": 1.0}
    return data | ({"response_selector": selection(topic, 1.0)} if intent != topic else {})


def buttons_shown(tracker: DialogueStateTracker) -> tuple[str | None, list[dict[str, Any]]]:
    """The id of the newest message and all buttons that its reply showed, in order."""
    newest: str | None = None
    shown: list[dict[str, Any]] = []
    since: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            if newest not in {None, event.message_id}:
                break
            newest, shown, since = event.message_id, since + shown, []
        elif isinstance(event, BotUttered) and event.data.get("buttons"):
            since = list(event.data["buttons"]) + since
    return newest, shown


def pressed(tracker: DialogueStateTracker, choice: str) -> dict[str, Any]:
    """The button that `choice` (`<message id>:<number>`) names.

    Raises:
        StaleChoice: it is not of the newest reply, or was never shown.
    """
    turn, _, number = choice.rpartition(":")
    newest, shown = buttons_shown(tracker)
    if not newest or turn != newest or not number.isdecimal() or int(number) >= len(shown):
        raise StaleChoice(choice)
    return shown[int(number)]
