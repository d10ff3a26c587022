"""show_allowed_sessions: how many bot sessions the plan and the balance still cover."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, say
from actions.texts import Texts
from billing.api import Reading


class ActionShowAllowedSessions(FiguresAction):
    """Says the number, and what covers it."""

    def name(self) -> str:
        return "action_show_allowed_sessions"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        allowed = reading.allowed_sessions()
        say(
            dispatcher,
            "utter_allowed_sessions" if allowed.sessions else "utter_allowed_sessions_none",
            sessions=texts.number(allowed.sessions),
            from_plan=texts.number(allowed.from_plan),
            from_credit=texts.number(allowed.from_credit),
            rate=texts.exact_money(allowed.rate),
        )
