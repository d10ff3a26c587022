"""Topics as buttons: which of two is meant, and a person where the assistant does not help."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BillingAction, Events, caller_of, say
from actions.texts import Texts

_NOT_UNDERSTOOD = {"out_of_scope", "unsure"}


def named_values(tracker: Tracker) -> dict[str, Any]:
    """The values that the latest message names, without its language."""
    return {e["entity"]: e["value"] for e in tracker.latest_message["entities"] if e["entity"] != "language"}


def topic_button(texts: Texts, topic: str, values: dict[str, Any] | None = None) -> dict[str, str]:
    """A button that says the topic, and the values that were named for it."""
    return {"title": texts.title(topic), "payload": f"/{topic}{json.dumps(values) if values else ''}"}


class ActionAskWhich(BillingAction):
    """Asks which of the likely topics is meant; what the message named goes with either."""

    def name(self) -> str:
        return "action_ask_which"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        values = named_values(tracker)
        buttons = [topic_button(texts, topic, values) for topic in tracker.latest_message["choices"]]
        neither = {"title": texts.title("neither"), "payload": "/out_of_scope"}
        say(dispatcher, "utter_unsure", buttons=[*buttons, neither])
        return None


class ActionOutOfScope(BillingAction):
    """Says what the assistant can do; offers a person where the message before was not understood either."""

    def name(self) -> str:
        return "action_out_of_scope"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        if not _again(tracker):
            say(dispatcher, "utter_out_of_scope")
            return None
        people = ["contact_support", "contact_sales"] if caller_of(tracker).account else ["contact_sales"]
        say(dispatcher, "utter_out_of_scope_again", buttons=[topic_button(texts, topic) for topic in people])
        return None


def _again(tracker: Tracker) -> bool:
    said = [event for event in tracker.events if event["event"] == "user"]
    return len(said) > 1 and said[-2]["parse_data"]["intent"]["name"] in _NOT_UNDERSTOOD
