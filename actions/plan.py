"""Tasks on the plan (change, pause, resume, cancel, confirm, renew): one form, confirmed on exact terms."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import offers, plan_terms
from actions.base import AccountAction, Events, account_of, caller_of, latest_entity, say
from actions.forms import PLAN, FormEnd, FormValidation, yes_or_no
from actions.messages import checked_message
from actions.texts import Texts
from billing.api import Billing, PlanOffer
from billing.errors import NothingToUndo, PlanNotFound, PlanNotInForce, PlanNotPaused, PlanUnchanged

PRESENT = "present"
"""In the slot `plan_choice`: the task is about the plan that there is."""
GIVE_UP = "give_up"
"""In the slot `plan_action`: a plan that was confirmed and not paid is not wanted any more."""
NOT_ASKED, NO_REASON, LATER = "not_asked", "none", "later"
"""In the slot `plan_reason`: nothing was declined; it is declined without a reason; it stays to be confirmed."""


def choices(billing: Billing, account: str) -> list[PlanOffer]:
    """The plans to change to, at the present interval."""
    present = billing.plan(account)
    interval = present.interval if present else "monthly"
    offered = billing.plans(billing.account(account).currency)
    return [o for o in offered if o.interval == interval and (present is None or o.plan != present.plan)]


def _slots(action: str) -> Events:
    return [SlotSet("plan_action", action), SlotSet("plan_choice", PRESENT)]


class ActionStartPlan(AccountAction):
    """Opens the form, or says at once why the task cannot be done now."""

    def name(self) -> str:
        return "action_start_plan"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        action = plan_terms.ACTIONS[tracker.latest_message["intent"]["name"]]
        if action == "change":
            return self._change(account, tracker)
        try:
            plan_terms.terms_of(self.billing, account, action)
        except PlanNotInForce:
            waits = next((period for period in self.billing.plan_periods(account) if period.awaits_payment), None)
            if action != "cancel" or waits is None:
                raise
            key, terms = caller_of(tracker).message, [GIVE_UP, waits.plan, waits.number, ""]
            offer = SlotSet(offers.OFFER, {"form": "plan_form", "key": key, "terms": terms})
            return [offer, *_slots(GIVE_UP), SlotSet("plan_confirmed", False)]
        except PlanNotPaused:
            if not self._can_undo(account):
                raise
            action = "undo"  # "go on with my plan", of who has cancelled it
        return _slots(action)

    def _can_undo(self, account: str) -> bool:
        try:
            plan_terms.terms_of(self.billing, account, "undo")
        except NothingToUndo:
            return False
        return True

    def _change(self, account: str, tracker: Tracker) -> Events:
        for choice in choices(self.billing, account)[:1]:
            plan_terms.terms_of(self.billing, account, "change", choice.plan)
        return [SlotSet("plan_action", "change"), SlotSet("plan_choice", latest_entity(tracker, "plan"))]


class ValidatePlanForm(FormValidation):
    """Checks that the plan can be changed to as soon as it is named."""

    def name(self) -> str:
        return "validate_plan_form"

    def validate_plan_choice(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        if tracker.get_slot("plan_action") != "change":
            return PRESENT
        account = account_of(tracker)
        offered = {offer.plan for offer in self.billing.plans(self.billing.account(account).currency)}
        if value not in offered:
            raise PlanNotFound(value)
        plan_terms.terms_of(self.billing, account, "change", value)
        return str(value)

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Also: why is only asked of who does not want a prepared plan."""
        events = super().answer(dispatcher, tracker, texts) or []
        decided = any(event["name"] == "plan_confirmed" and event["value"] is not None for event in events)
        declined = (
            tracker.get_slot("plan_action") in {"confirm", GIVE_UP} and tracker.get_slot("plan_confirmed") is not True
        )
        return [*events, SlotSet("plan_reason", NOT_ASKED)] if decided and not declined else events

    def validate_plan_reason(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        return checked_message(value, dispatcher, least=1)

    def validate_plan_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        if tracker.get_slot("plan_action") == GIVE_UP:
            return False
        return yes_or_no(value, self.answers_only("plan_confirmed", tracker))


class ActionAskPlanChoice(AccountAction):
    """Asks which plan, with the price of each."""

    def name(self) -> str:
        return "action_ask_plan_form_plan_choice"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        offered = choices(self.billing, account)
        if not offered:
            raise PlanUnchanged
        buttons = [
            {
                "title": texts.term("plan_price", plan=texts.name(choice.names), price=texts.money(choice.price)),
                "payload": f'/answer{{"plan":"{choice.plan}"}}',
            }
            for choice in offered
        ]
        say(dispatcher, "utter_ask_plan_form_plan_choice", buttons=buttons)
        return None


class ActionAskPlanConfirmed(AccountAction):
    """Shows the exact terms and asks for a yes to them."""

    def name(self) -> str:
        return "action_ask_plan_form_plan_confirmed"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        action, choice = tracker.get_slot("plan_action"), tracker.get_slot("plan_choice")
        terms = plan_terms.terms_of(self.billing, account, action, choice)
        plan = choice if action == "change" else terms.plan
        made = offers.make(self.billing, dispatcher, tracker, texts, action, plan, terms.number, terms.checksum)
        plan_terms.ask(self.billing, dispatcher, texts, terms)
        return made


class ActionPlan(FormEnd):
    """Does to the plan what was confirmed."""

    slots = PLAN
    confirmed_by = "plan_confirmed"
    declined = "utter_plan_declined"

    def name(self) -> str:
        return "action_plan"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Carry out what was confirmed; a prepared plan that was declined is given back, with the reason."""
        reason = tracker.get_slot("plan_reason")
        if tracker.get_slot("plan_confirmed") is not False or reason in {None, NOT_ASKED, LATER}:
            return super().answer(dispatcher, tracker, texts)
        if offers.tell_if_done(self.billing, dispatcher, tracker, texts):
            return None
        caller, (action, _, number, _) = caller_of(tracker), tracker.get_slot(offers.OFFER)["terms"]
        told = self.billing.decline_plan(
            account_of(tracker), number, reason=None if reason == NO_REASON else reason, actor=f"customer:{caller.user}"
        )
        said = "utter_plan_given_up" if action == GIVE_UP else "utter_plan_declined_offer"
        say(dispatcher, said, plan=texts.name(told.names), number=told.number)
        return None

    def carry_out(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        account = account_of(tracker)
        shown = dict(
            zip(("action", "plan", "number", "checksum"), tracker.get_slot(offers.OFFER)["terms"], strict=True)
        )
        actor = f"customer:{caller_of(tracker).user}"
        receipt = plan_terms.carry_out(self.billing, account, shown, key=offers.key(tracker), actor=actor)
        plan_terms.tell(self.billing, account, dispatcher, texts, receipt)
        return None
