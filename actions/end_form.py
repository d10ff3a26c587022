"""cancel: ends whatever form is open."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events
from actions.forms import SLOTS, cleared


class ActionEndForm(Action):
    """Says that nothing happened, and empties the form."""

    def name(self) -> str:
        return "action_end_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        form = tracker.active_loop.get("name")
        if form is None:
            dispatcher.utter_message(response="utter_nothing_to_cancel")
            return []
        dispatcher.utter_message(response="utter_cancelled")
        return [ActiveLoop(None), SlotSet("requested_slot", None), *cleared(SLOTS[form])]
