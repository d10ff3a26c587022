"""What a customer is told whose message had the number of a card: it was concealed before anything was kept."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BillingAction, Events, say
from actions.texts import Texts


class ActionWarnOfCardNumber(BillingAction):
    """Asks never to send card numbers, and names the secure way."""

    def name(self) -> str:
        return "action_warn_of_card_number"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        say(dispatcher, "utter_card_number_concealed")
        return None
