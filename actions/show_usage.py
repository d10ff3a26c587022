"""show_usage: sessions and spend over a period; the last 30 days where none is named."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, named_period, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import UsageReport


class ActionShowUsage(AccountAction):
    """Says the figures of the period, beside the period of the same length before."""

    def name(self) -> str:
        return "action_show_usage"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        usage = self.billing.usage(account, named_period(tracker))
        say(
            dispatcher,
            _response(usage),
            card("usage", usage, service_names(self.billing, texts)),
            from_day=texts.day(usage.period.from_),
            to_day=texts.day(usage.period.to),
            sessions=texts.number(usage.sessions),
            spend=texts.money(usage.spend),
            previous_sessions=texts.number(usage.previous_sessions),
            previous_spend=texts.money(usage.previous_spend),
        )
        return None


def _response(usage: UsageReport) -> str:
    if usage.sessions or usage.previous_sessions:
        return "utter_usage"
    return "utter_usage_spend" if usage.spend else "utter_usage_none"  # an account without bots has no sessions to tell
