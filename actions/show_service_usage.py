"""show_service_usage: spend and remaining quota of each service."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import AccountAction, Events, card, latest_entity, named_period, say
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import ServiceQuota, ServiceUsage
from billing.money import Money


class ActionShowServiceUsage(AccountAction):
    """Says one line a service, or the one that is named; over the period that is named."""

    def name(self) -> str:
        return "action_show_service_usage"

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        usage = self.billing.service_usage(account, named_period(tracker))
        days = {"from_day": texts.day(usage.period.from_), "to_day": texts.day(usage.period.to)}
        names = service_names(self.billing, texts)
        only = latest_entity(tracker, "service")
        if only in names:
            usage = _of_service(usage, only)
        if not usage.services:
            key = "utter_service_usage_not" if only in names else "utter_service_usage_none"
            say(dispatcher, key, service=names.get(only), **days)
            return None
        rows = [self._row(service, names, texts) for service in usage.services]
        say(
            dispatcher,
            "utter_service_usage",
            card("services", usage, names),
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


def _of_service(usage: ServiceUsage, service: str) -> ServiceUsage:
    only = [quota for quota in usage.services if quota.service == service]
    total = Money.total((quota.spent for quota in only), usage.total.currency)
    return usage.model_copy(update={"services": only, "total": total})
