"""recommend_plan: the plan on which the customer's own use would have cost least."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, say
from actions.texts import Texts
from billing.api import PlanPrice, Recommendation


class ActionRecommendPlan(AccountAction):
    """Says the cheapest with what it would have saved, and all others beside it; why not, where there is none."""

    def name(self) -> str:
        return "action_recommend_plan"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        found = self.billing.recommendation(account)
        period = {"from_day": texts.day(found.period.from_), "to_day": texts.day(found.period.to)}
        if found.best is None or found.saving is None:
            say(dispatcher, f"utter_recommend_plan_{found.reason}", days=texts.number(found.days), **period)
            return None
        say(
            dispatcher,
            _response(found),
            card("plans", found),
            plan=_name(found.best, texts),
            plan_id=found.best.plan,
            total=texts.money(found.best.total),
            present=_name(found.present, texts),
            present_total=texts.money(found.present.total),
            saving=texts.money(found.saving),
            options="\n".join(
                texts.term("plan_total", plan=_name(option, texts), total=texts.money(option.total))
                for option in found.options
            ),
            **period,
        )
        return None


def _response(found: Recommendation) -> str:
    if found.best is None or found.best.present:
        return "utter_recommend_plan_stay"
    return "utter_recommend_plan" if found.best.plan else "utter_recommend_plan_without"


def _name(option: PlanPrice, texts: Texts) -> str:
    if option.interval is None:
        return texts.term("pay_as_you_go")
    interval = texts.term(f"interval_{option.interval}")
    return texts.term("plan_and_interval", plan=texts.name(option.names), interval=interval)
