"""What a customer is told before the first answer of a conversation: alerts that nothing told them of before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BillingAction, Events, caller_of, say
from actions.texts import Texts
from billing.api import Alert


class ActionOpenConversation(BillingAction):
    """Tells each open alert once, in one message each; a visitor is told nothing."""

    def name(self) -> str:
        return "action_open_conversation"

    def idle(self, call: dict[str, Any]) -> bool:
        """Whether there is nothing to tell, as nearly always; not asked of a database that is a journey away.

        Raises:
            CallerInvalid: the note of who calls is not to be believed.
        """
        if not self.billing.database.embedded:
            return False
        tracker = Tracker.from_dict(call["tracker"])
        account = caller_of(tracker).account
        return account is None or not self.billing.has_alerts_to_tell(account, tracker.sender_id)

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        account = caller_of(tracker).account
        if account is not None:
            for alert in self.billing.tell_alerts(account, tracker.sender_id):
                say(dispatcher, _response(alert), **_values(alert, texts))
        return None


def _response(alert: Alert) -> str:
    if alert.kind == "plan_used":
        return "utter_alert_plan_used_up" if alert.level == 100 else "utter_alert_plan_used"
    return "utter_alert_low_balance" if alert.kind == "low_balance" else "utter_alert_plan_ending"


def _values(alert: Alert, texts: Texts) -> dict[str, Any]:
    told = alert.figures
    money = {name: getattr(told, name) for name in ("available", "threshold", "amount", "used")}
    values: dict[str, Any] = {name: texts.money(value) for name, value in money.items() if value is not None}
    if told.names is not None:
        values["plan"] = texts.name(told.names)
    if told.ends_on is not None:
        values["date"] = texts.day(told.ends_on)
    if alert.level is not None:
        values["percent"] = texts.percent(Decimal(alert.level))
    return values
