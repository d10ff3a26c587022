"""What a person does for now: the customer confirms, and a request is opened with its number."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers
from actions.base import AccountAction, Events, account_of, say
from actions.forms import REQUEST, FormEnd, FormValidation, yes_or_no
from actions.messages import checked_message
from actions.offers import SUPPORT
from actions.texts import Texts


class ActionStartRequest(AccountAction):
    """Says that a colleague does this; what the customer wrote is the request, unless they only asked for a person."""

    def name(self) -> str:
        return "action_start_request"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        topic = tracker.latest_message["intent"]["name"]
        if topic == SUPPORT:
            say(dispatcher, "utter_contact_support_start")
            return [SlotSet("request_topic", topic), SlotSet("request_message", None)]
        say(dispatcher, "utter_request_start")
        return [SlotSet("request_topic", topic), SlotSet("request_message", tracker.latest_message["text"])]


class ValidateRequestForm(FormValidation):
    """Checks the length of the message."""

    def name(self) -> str:
        return "validate_request_form"

    def validate_request_message(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        least = 1 if tracker.get_slot("request_topic") != SUPPORT else 5
        return checked_message(value, dispatcher, least=least)

    def validate_request_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("request_confirmed", tracker))


class ActionAskRequestConfirmed(AccountAction):
    """Shows what will be sent and asks for a yes."""

    def name(self) -> str:
        return "action_ask_request_form_request_confirmed"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        topic, message = tracker.get_slot("request_topic"), tracker.get_slot("request_message")
        made = offers.make(self.billing, dispatcher, tracker, texts, topic, message)
        say(dispatcher, "utter_request_confirm", topic=texts.term(f"topic_{topic}"), message=message)
        return made


class ActionOpenRequest(FormEnd):
    """Opens the request."""

    slots = REQUEST
    confirmed_by = "request_confirmed"
    declined = "utter_request_declined"

    def name(self) -> str:
        return "action_open_request"

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        account = account_of(tracker)
        request = self.billing.open_request(
            account,
            topic=tracker.get_slot("request_topic"),
            message=tracker.get_slot("request_message"),
            language=texts.language,
            key=offers.key(tracker),
        )
        offers.tell_request(dispatcher, texts, request, self.billing.account(account).support_tier)
        return None
