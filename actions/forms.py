"""What the forms share: which slots each fills, how a slot is validated, how a form is left."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers
from actions.base import BillingAction, Events, refuse
from actions.offers import OFFER
from actions.texts import Texts
from billing.errors import BillingError

RECHARGE = ("amount", "currency", "payment_method", "recharge_confirmed", OFFER)
CONTACT_SALES = ("sales_topic", "sales_contact", "sales_message", "sales_attach", "sales_confirmed", OFFER)
REQUEST = (
    "request_topic",
    "request_message",
    "request_dispute",
    "request_candidates",
    "request_charges",
    "request_confirmed",
    OFFER,
)
REDEEM_VOUCHER = ("voucher_code", "voucher_confirmed", OFFER)
PLAN = ("plan_action", "plan_choice", "plan_confirmed", "plan_reason", OFFER)
SLOTS = {
    "recharge_form": RECHARGE,
    "contact_sales_form": CONTACT_SALES,
    "request_form": REQUEST,
    "plan_form": PLAN,
    "redeem_voucher_form": REDEEM_VOUCHER,
}


def cleared(slots: tuple[str, ...]) -> Events:
    """The slots of a form, empty again."""
    return [SlotSet(slot, None) for slot in slots]


class FormValidation(BillingAction):
    """Validates what a message filled in: a method `validate_<slot>` a slot returns the value to keep, or None.

    None leaves the slot empty, so that the form asks for it again.
    """

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Validate each slot that this message filled."""
        candidates = tracker.slots_to_validate()
        events: Events = []
        for slot, value in candidates.items():
            validate: Callable[..., Any] | None = getattr(self, f"validate_{slot}", None)
            if validate is None:
                continue
            kept = None
            try:
                kept = validate(value, dispatcher, tracker, texts) if value is not None else None
            except BillingError as error:
                refuse(dispatcher, texts, error)
            events.append(SlotSet(slot, kept))
            tracker.slots[slot] = kept  # later slots are validated beside what was kept of the earlier
        return events

    def answers_only(self, slot: str, tracker: Tracker) -> bool:
        """Whether this message filled nothing but `slot`: a "yes, but 100" is no yes to the terms shown."""
        filled = {name for name, value in tracker.slots_to_validate().items() if value is not None}
        return not filled - {slot}


class FormEnd(BillingAction):
    """Carries out what a form collected if it was confirmed, and empties the form whatever happens."""

    slots: tuple[str, ...]
    confirmed_by: str
    declined: str

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer and empty the form."""
        return super().run(dispatcher, tracker, domain) + cleared(self.slots)

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Carry out what was confirmed; otherwise say that nothing happened."""
        if tracker.get_slot(self.confirmed_by) is not True:  # never a text that a customer typed
            if not offers.tell_if_done(self.billing, dispatcher, tracker, texts):
                dispatcher.utter_message(response=self.declined)
            return None
        return self.carry_out(dispatcher, tracker, texts)

    @abstractmethod
    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Do it, keyed by the offer, so that it is done once whatever is sent again."""


def yes_or_no(value: object, only: bool) -> bool | None:
    """The decision, when the message is one and nothing else."""
    return value if only and isinstance(value, bool) else None
