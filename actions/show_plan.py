"""show_plan: the current plan's details."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, card, say
from actions.catalogue import service_names
from actions.plan_terms import awaited
from actions.texts import Texts
from billing.api import Reading


class ActionShowPlan(FiguresAction):
    """Says what the plan is, by its status."""

    def name(self) -> str:
        return "action_show_plan"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        plan = reading.plan()
        if plan is None:
            say(dispatcher, "utter_plan_none")
            return
        names = service_names(reading, texts)
        services = (
            texts.term("services_all")
            if plan.all_services
            else texts.join([names[service] for service in plan.services])
        )
        say(
            dispatcher,
            f"utter_plan_{'awaits_payment' if plan.awaits_payment else plan.status}",
            card("plan", plan, names),
            plan=texts.name(plan.names),
            interval=texts.term(f"interval_{plan.interval}"),
            services=services,
            starts_on=texts.day(plan.starts_on),
            ends_on=texts.day(plan.ends_on),
            days_left=texts.number(plan.days_left),
            amount=texts.money(plan.amount),
            price=texts.money(plan.price),
            used=texts.money(plan.used),
            used_percent=texts.percent(plan.used_percent),
            remaining=texts.money(plan.remaining),
            payment_option=texts.term(f"payment_option_{plan.payment_option}"),
            payment_status=texts.term(f"payment_status_{plan.payment_status}"),
            ended_by=texts.term(f"ended_by_{plan.ended_by}") if plan.ended_by else "",
            **(awaited(texts, plan.awaits_payment) if plan.awaits_payment else {}),
            available=texts.money(reading.balance().available),
        )
