"""contact_sales: a form for topic, contact and message; anybody may ask."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers, sales_details
from actions.base import AccountAction, BillingAction, Events, caller_of, say
from actions.forms import CONTACT_SALES, FormEnd, FormValidation, yes_or_no
from actions.messages import checked_message
from actions.texts import Texts
from billing.api import RequestDetails

TOPICS = ("quote", "choose_plan", "renewal", "other")


def _topic(tracker: Tracker, texts: Texts) -> str:
    topic = tracker.get_slot("sales_topic")
    return texts.term(f"sales_topic_{topic}") if topic in TOPICS else str(topic)


class ValidateContactSalesForm(FormValidation):
    """Checks the address and the length of the message."""

    def name(self) -> str:
        return "validate_contact_sales_form"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Also: a visitor has no plan that could be sent along, and is not asked."""
        events = super().answer(dispatcher, tracker, texts) or []
        filled = any(event["value"] is not None for event in events)  # else it was a question, which is answered
        return [*events, SlotSet("sales_attach", False)] if filled and not caller_of(tracker).account else events

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

    def validate_sales_attach(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("sales_attach", tracker))

    def validate_sales_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("sales_confirmed", tracker))


class ActionAskSalesAttach(AccountAction):
    """Asks whether the plan and the usage may be sent along, and shows what that would be."""

    def name(self) -> str:
        return "action_ask_contact_sales_form_sales_attach"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        state = sales_details.account_state(self.billing, account, texts)
        say(dispatcher, "utter_contact_sales_attach", account_state=state)
        return None


class ActionAskSalesConfirmed(BillingAction):
    """Shows what will be sent and asks for a yes."""

    def name(self) -> str:
        return "action_ask_contact_sales_form_sales_confirmed"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        contact, message = tracker.get_slot("sales_contact"), tracker.get_slot("sales_message")
        details, attach = sales_details.named(self.billing, tracker), tracker.get_slot("sales_attach") is True
        kept = details.model_dump(mode="json", by_alias=True)
        terms = (tracker.get_slot("sales_topic"), contact, message, attach, kept)
        made = offers.make(self.billing, dispatcher, tracker, texts, *terms)
        rows = sales_details.rows(self.billing, texts, details)
        rows.append(texts.term("row_sales_attached" if attach else "row_sales_not_attached"))
        say(
            dispatcher,
            "utter_contact_sales_confirm",
            topic=_topic(tracker, texts),
            contact=contact,
            message=message,
            details="\n".join(rows),
        )
        return made


class ActionContactSales(FormEnd):
    """Stores the request; the outbox delivers it."""

    slots = CONTACT_SALES
    confirmed_by = "sales_confirmed"
    declined = "utter_contact_sales_declined"

    def name(self) -> str:
        return "action_contact_sales"

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        topic, contact, message, attach, details = tracker.get_slot(offers.OFFER)["terms"]
        request = self.billing.contact_sales(
            account_id=caller_of(tracker).account,
            topic=topic,
            contact=contact,
            message=message,
            language=texts.language,
            key=offers.key(tracker),
            details=RequestDetails.model_validate(details),
            attach=attach,
        )
        say(dispatcher, "utter_contact_sales_done", request=request.id)
        return None
