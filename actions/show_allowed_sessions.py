"""show_allowed_sessions: how many bot sessions the plan and the balance still cover."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, say
from actions.texts import Texts


class ActionShowAllowedSessions(AccountAction):
    """Says the number, and what covers it."""

    def name(self) -> str:
        return "action_show_allowed_sessions"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        allowed = self.billing.allowed_sessions(account)
        say(
            dispatcher,
            "utter_allowed_sessions" if allowed.sessions else "utter_allowed_sessions_none",
            sessions=texts.number(allowed.sessions),
            from_plan=texts.number(allowed.from_plan),
            from_credit=texts.number(allowed.from_credit),
            rate=texts.exact_money(allowed.rate),
        )
        return None
