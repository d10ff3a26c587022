"""What a writer of a language that is not answered in is told, once a conversation."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BillingAction, Events, say
from actions.texts import Texts


class ActionOfferLanguages(BillingAction):
    """Offers the three languages as buttons."""

    def name(self) -> str:
        return "action_offer_languages"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        say(dispatcher, "utter_offer_languages")
        return [SlotSet("languages_offered", True)]
