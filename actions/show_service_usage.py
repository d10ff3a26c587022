"""show_service_usage: spend and remaining quota of each service."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import FiguresAction, card, latest_entity, named_period, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import Reading, ServiceQuota


class ActionShowServiceUsage(FiguresAction):
    """Says one line a service, or the one that is named; over the period that is named."""

    heeds = ("period", "service")

    def name(self) -> str:
        return "action_show_service_usage"

    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> None:
        names = service_names(reading, texts)
        only = latest_entity(tracker, "service")
        usage = reading.service_usage(named_period(tracker), only if only in names else None)
        days = {"from_day": texts.day(usage.period.from_), "to_day": texts.day(usage.period.to)}
        if not usage.services:
            key = "utter_service_usage_not" if only in names else "utter_service_usage_none"
            say(dispatcher, key, service=names.get(only), **days)
            return
        rows = [self._row(service, names, texts) for service in usage.services]
        say(
            dispatcher,
            "utter_service_usage",
            card("services", usage, names),
            total=texts.money(usage.total),
            rows="\n".join(rows),
            **days,
        )

    def _row(self, quota: ServiceQuota, names: dict[str, str], texts: Texts) -> str:
        values = {
            "service": names[quota.service],
            "spent": texts.money(quota.spent),
            "used": texts.term(f"unit_{quota.unit}", n=texts.number(quota.used)),
        }
        if quota.remaining is None:
            return texts.term("row_service_no_quota", **values)
        return texts.term(
            "row_service", remaining=texts.term(f"unit_{quota.unit}", n=texts.number(quota.remaining)), **values
        )
