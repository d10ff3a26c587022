"""Free text that a customer sends on to a person."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

LEAST, MOST = 5, 1000


def checked_message(value: object, dispatcher: CollectingDispatcher, *, least: int = LEAST) -> str | None:
    """The text without surrounding space; None, with the reason said, when it is too short or too long."""
    text = str(value).strip()
    if len(text) < least:
        dispatcher.utter_message(response="utter_message_too_short")
        return None
    if len(text) > MOST:
        dispatcher.utter_message(response="utter_message_too_long", limit=MOST)
        return None
    return text
