"""show_usage: sessions and spend over a period; the last 30 days where none is named."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, card, named_period, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import Reading, UsageReport


class ActionShowUsage(FiguresAction):
    """Says the figures of the period, beside the period of the same length before."""

    heeds = ("period",)

    def name(self) -> str:
        return "action_show_usage"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        usage = reading.usage(named_period(tracker))
        say(
            dispatcher,
            _response(usage),
            card("usage", usage, service_names(reading, texts)),
            from_day=texts.day(usage.period.from_),
            to_day=texts.day(usage.period.to),
            sessions=texts.number(usage.sessions),
            spend=texts.money(usage.spend),
            previous_sessions=texts.number(usage.previous_sessions),
            previous_spend=texts.money(usage.previous_spend),
        )


def _response(usage: UsageReport) -> str:
    if usage.sessions or usage.previous_sessions:
        return "utter_usage"
    return "utter_usage_spend" if usage.spend else "utter_usage_none"  # an account without bots has no sessions to tell
