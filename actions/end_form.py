"""cancel: ends whatever form is open."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers
from actions.base import BillingAction, Events
from actions.forms import SLOTS, cleared
from actions.texts import Texts


class ActionEndForm(BillingAction):
    """Says that nothing happened (or what did, where a turn broke after it), and empties the form."""

    def name(self) -> str:
        return "action_end_form"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        form = tracker.active_loop.get("name")
        if form is None:
            dispatcher.utter_message(response="utter_nothing_to_cancel")
            return None
        if not offers.tell_if_done(self.billing, dispatcher, tracker, texts):
            dispatcher.utter_message(response="utter_cancelled")
        return [ActiveLoop(None), SlotSet("requested_slot", None), *cleared(SLOTS[form])]
