"""contact_sales: a form for topic, contact and message; anybody may ask."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import offers
from actions.base import BillingAction, Events, caller_of, say
from actions.forms import CONTACT_SALES, FormEnd, FormValidation, yes_or_no
from actions.messages import checked_message
from actions.texts import Texts

TOPICS = ("quote", "choose_plan", "renewal", "other")


def _topic(tracker: Tracker, texts: Texts) -> str:
    topic = tracker.get_slot("sales_topic")
    return texts.term(f"sales_topic_{topic}") if topic in TOPICS else str(topic)


class ValidateContactSalesForm(FormValidation):
    """Checks the address and the length of the message."""

    def name(self) -> str:
        return "validate_contact_sales_form"

    def validate_sales_topic(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        return checked_message(value, dispatcher, least=2)

    def validate_sales_contact(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> str | None:
        return self.billing.normalise_contact(value, texts.language)

    def validate_sales_message(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        return checked_message(value, dispatcher)

    def validate_sales_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("sales_confirmed", tracker))


class ActionAskSalesConfirmed(BillingAction):
    """Shows what will be sent and asks for a yes."""

    def name(self) -> str:
        return "action_ask_contact_sales_form_sales_confirmed"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        contact, message = tracker.get_slot("sales_contact"), tracker.get_slot("sales_message")
        terms = (tracker.get_slot("sales_topic"), contact, message)
        made = offers.make(self.billing, dispatcher, tracker, texts, *terms)
        say(dispatcher, "utter_contact_sales_confirm", topic=_topic(tracker, texts), contact=contact, message=message)
        return made


class ActionContactSales(FormEnd):
    """Stores the request; the outbox delivers it."""

    slots = CONTACT_SALES
    confirmed_by = "sales_confirmed"
    declined = "utter_contact_sales_declined"

    def name(self) -> str:
        return "action_contact_sales"

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        caller = caller_of(tracker)
        request = self.billing.contact_sales(
            account_id=caller.account,
            topic=tracker.get_slot("sales_topic"),
            contact=tracker.get_slot("sales_contact"),
            message=tracker.get_slot("sales_message"),
            language=texts.language,
            key=offers.key(tracker),
        )
        say(dispatcher, "utter_contact_sales_done", request=request.id)
        return None
