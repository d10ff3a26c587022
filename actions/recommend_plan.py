"""recommend_plan: the plan on which the customer's own use would have cost least, and from which use another does."""

from __future__ import annotations

from decimal import Decimal

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, say
from actions.texts import Texts
from billing.api import PlanComparison, PlanLabel, PlanPrice, Recommendation

_LEAST = Decimal("0.01")
"""Of the present use: who uses less has stopped, and is not told from where on a plan pays."""


class ActionRecommendPlan(AccountAction):
    """Says the cheapest with what it would have saved, all others and the break-even; or why there is none."""

    def name(self) -> str:
        return "action_recommend_plan"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        compared = self.billing.plan_comparison(account)
        found = compared.recommendation
        period = {"from_day": texts.day(found.period.from_), "to_day": texts.day(found.period.to)}
        if found.best is None or found.saving is None:
            say(dispatcher, f"utter_recommend_plan_{found.reason}", days=texts.number(found.days), **period)
            return None
        options = [
            texts.term("plan_total", plan=_name(option, texts), total=texts.money(option.total))
            for option in found.options
        ]
        volumes = compared.model_dump(mode="json", by_alias=True, exclude={"recommendation"})
        say(
            dispatcher,
            _response(found),
            card("plans", found) | volumes,
            plan=_name(found.best, texts),
            plan_id=found.best.plan,
            total=texts.money(found.best.total),
            present=_name(found.present, texts),
            present_total=texts.money(found.present.total),
            saving=texts.money(found.saving),
            options="\n".join([*options, *_break_even(compared, texts)]),
            **period,
        )
        return None


def _response(found: Recommendation) -> str:
    if found.best is None or found.best.present:
        return "utter_recommend_plan_stay"
    return "utter_recommend_plan" if found.best.plan else "utter_recommend_plan_without"


def _break_even(compared: PlanComparison, texts: Texts) -> list[str]:
    """From how much more use another is the cheapest; where none is, below how much less."""
    names = {(line.plan, line.interval): _name(line, texts) for line in compared.lines}
    more = next((each for each in compared.crossings if each.volume > 1), None)
    if more is not None:
        plan, volume = names[more.to_plan, more.to_interval], texts.number(more.volume)
        return [texts.term("break_even_from", volume=volume, plan=plan, total=texts.money(more.total))]
    less = next((each for each in reversed(compared.crossings) if _LEAST <= each.volume <= 1), None)
    if less is not None:
        plan, volume = names[less.from_plan, less.from_interval], texts.number(less.volume)
        return [texts.term("break_even_below", volume=volume, plan=plan)]
    return []


def _name(option: PlanPrice | PlanLabel, texts: Texts) -> str:
    if option.interval is None:
        return texts.term("pay_as_you_go")
    interval = texts.term(f"interval_{option.interval}")
    return texts.term("plan_and_interval", plan=texts.name(option.names), interval=interval)
