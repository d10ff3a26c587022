"""show_service_usage: spend and remaining quota of each service."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import ServiceQuota


class ActionShowServiceUsage(AccountAction):
    """Says one line a service."""

    def name(self) -> str:
        return "action_show_service_usage"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        usage = self.billing.service_usage(account)
        days = {"from_day": texts.day(usage.period.from_), "to_day": texts.day(usage.period.to)}
        if not usage.services:
            say(dispatcher, "utter_service_usage_none", **days)
            return None
        names = service_names(self.billing, texts)
        rows = [self._row(service, names, texts) for service in usage.services]
        say(
            dispatcher,
            "utter_service_usage",
            card("services", usage),
            total=texts.money(usage.total),
            rows="\n".join(rows),
            **days,
        )
        return None

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
