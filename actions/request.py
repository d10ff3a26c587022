"""What a person does for now: the customer confirms, and a request is opened with its number."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import disputes, offers
from actions.answer_time import answer_time
from actions.base import AccountAction, Events, account_of, caller_of, say
from actions.forms import REQUEST, FormEnd, FormValidation, yes_or_no
from actions.messages import checked_message
from actions.offers import SUPPORT
from actions.texts import Texts
from billing.api import Charge


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
            dispute = disputes.is_about_charges(tracker.latest_message["text"] or "")
            return [
                SlotSet("request_topic", topic),
                SlotSet("request_message", None),
                SlotSet("request_charges", None),
                SlotSet("request_dispute", dispute),
            ]
        say(dispatcher, "utter_request_start")
        return [
            SlotSet("request_topic", topic),
            SlotSet("request_message", tracker.latest_message["text"]),
            SlotSet("request_charges", []),
        ]


class ValidateRequestForm(FormValidation):
    """Checks the length of the message, and finds the charges that it is about."""

    def name(self) -> str:
        return "validate_request_form"

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """With the charges to choose from, once the message is there."""
        events = super().answer(dispatcher, tracker, texts) or []
        message = next((e["value"] for e in events if e.get("name") == "request_message"), None)
        if message is None:
            return events
        candidates = self._candidates(message, tracker)
        events.append(SlotSet("request_candidates", candidates))
        return [*events, SlotSet("request_charges", None if candidates else [])]

    def _candidates(self, message: str, tracker: Tracker) -> list[dict[str, Any]]:
        account = caller_of(tracker).account
        if account is None or tracker.get_slot("request_topic") != SUPPORT:
            return []
        about = tracker.get_slot("request_dispute") or disputes.is_about_charges(message)
        return disputes.found(self.billing, account, tracker) if about else []

    def validate_request_message(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> str | None:
        least = 1 if tracker.get_slot("request_topic") != SUPPORT else 5
        return checked_message(value, dispatcher, least=least)

    def validate_request_charges(
        self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts
    ) -> list[dict[str, Any]] | None:
        if isinstance(value, list):
            return value
        return disputes.chosen(value, tracker.get_slot("request_candidates") or [])

    def validate_request_confirmed(self, value: Any, dispatcher: Any, tracker: Tracker, texts: Texts) -> bool | None:
        return yes_or_no(value, self.answers_only("request_confirmed", tracker))


class ActionAskRequestCharges(AccountAction):
    """Shows the charges that may be meant."""

    def name(self) -> str:
        return "action_ask_request_form_request_charges"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        candidates = tracker.get_slot("request_candidates") or []
        rows = disputes.rows(candidates, self.billing, texts)
        offered = [(row, each["id"]) for row, each in zip(rows, candidates, strict=True)]
        if len(offered) > 1:
            offered.append((texts.term("charges_all"), disputes.ALL))
        offered.append((texts.term("charges_none"), disputes.NONE))
        buttons = [{"title": row, "payload": f"/answer{json.dumps({'charge': chosen})}"} for row, chosen in offered]
        say(dispatcher, "utter_ask_request_form_request_charges", buttons=buttons)
        return None


class ActionAskRequestConfirmed(AccountAction):
    """Shows what will be sent and asks for a yes."""

    def name(self) -> str:
        return "action_ask_request_form_request_confirmed"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        topic, message = tracker.get_slot("request_topic"), tracker.get_slot("request_message")
        charges = tracker.get_slot("request_charges") or []
        made = offers.make(self.billing, dispatcher, tracker, texts, topic, message, [each["id"] for each in charges])
        rows = disputes.rows(charges, self.billing, texts)
        details = [texts.term("charges_concerned", rows="\n".join(rows))] if rows else []
        details.append(answer_time(self.billing, account, texts))
        say(
            dispatcher,
            "utter_request_confirm",
            topic=texts.term(f"topic_{topic}"),
            message=message,
            details="\n".join(details),
        )
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
            charges=[Charge.model_validate(each) for each in tracker.get_slot("request_charges") or []],
        )
        offers.tell_request(self.billing, account, dispatcher, texts, request)
        return None
