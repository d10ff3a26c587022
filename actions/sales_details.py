"""What a request to sales names in the words that were said, and how it is shown before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from rasa_sdk import Tracker

from actions.base import caller_of
from actions.catalogue import service_names
from actions.texts import Texts
from billing.api import Billing, RequestDetails
from billing.errors import BillingError
from billing.money import Money

FORM = "contact_sales_form"
_AROUND = " \t\n,.;:-–、。，：；()"
_PARTS = re.compile(r"[,;\n、。，；]\s*|\.\s+")
_SHORTEST_TIME = 3
"""Characters beside a contact that may say when to call."""


def named(billing: Billing, tracker: Tracker) -> RequestDetails:
    """Services, days, an amount and a time to be called, from the messages since the form began; the last of each."""
    services: list[str] = []
    period = amount = currency = call_at = None
    for message in _since_the_form_began(tracker):
        found: dict[str, Any] = {}
        for entity in message["parse_data"].get("entities", []):
            if entity["entity"] == "service":
                services += [entity["value"]] if entity["value"] not in services else []
            else:
                found.setdefault(entity["entity"], entity["value"])
        period = found.get("period") or period
        amount, currency = found.get("amount") or amount, found.get("currency") or currency
        if found.get("contact") and message["parse_data"]["intent"]["name"] == "answer":
            beside = _beside(message["text"], found["contact"])
            call_at = beside if len(beside) >= _SHORTEST_TIME else call_at
    money = _money(billing, tracker, amount, currency)
    try:
        return RequestDetails.model_validate(
            {"services": services, "period": period, "amount": money, "call_at": call_at}
        )
    except ValidationError:  # a period that ends before it begins: sales read the words
        return RequestDetails(services=services, amount=money, call_at=call_at)


def _beside(text: str, contact: str) -> str:
    """What was said beside a contact: other parts of the sentence, or else what is left of its own."""
    parts = [part.strip(_AROUND) for part in _PARTS.split(text)]
    others = [part for part in parts if part and contact not in part]
    return ", ".join(others) or text.replace(contact, "").strip(_AROUND)


def rows(billing: Billing, texts: Texts, details: RequestDetails) -> list[str]:
    """A line for each that was named."""
    names = service_names(billing, texts)
    found = []
    if details.services:
        found.append(texts.term("row_sales_services", services=texts.join([names[s] for s in details.services])))
    if details.period:
        days = {"start": texts.day(details.period.from_), "end": texts.day(details.period.to)}
        found.append(texts.term("row_sales_period", **days))
    if details.amount:
        found.append(texts.term("row_sales_amount", amount=texts.money(details.amount)))
    if details.call_at:
        found.append(texts.term("row_sales_call_at", call_at=details.call_at))
    return found


def account_state(billing: Billing, account: str, texts: Texts) -> str:
    """The figures that go along where the customer agrees."""
    plan, usage, names = billing.plan(account), billing.service_usage(account), service_names(billing, texts)
    first = texts.term("row_sales_no_plan")
    if plan is not None:
        first = texts.term(
            "row_sales_plan",
            plan=texts.name(plan.names),
            interval=texts.term(f"interval_{plan.interval}"),
            start=texts.day(plan.starts_on),
            end=texts.day(plan.ends_on),
            price=texts.money(plan.price),
            used_percent=texts.percent(plan.used_percent),
        )
    spent = [
        texts.term("row_sales_usage", service=names[each.service], spent=texts.money(each.spent))
        for each in usage.services
    ]
    return "\n".join([first, *spent])


def _money(billing: Billing, tracker: Tracker, amount: str | None, currency: str | None) -> Money | None:
    account = caller_of(tracker).account
    currency = currency or (billing.account(account).currency if account else None)
    if amount is None or currency is None:
        return None
    try:
        return Money.of(Decimal(amount), currency)
    except BillingError:  # what no account could be charged: sales read the words
        return None


def _since_the_form_began(tracker: Tracker) -> Iterator[dict[str, Any]]:
    """The messages, oldest first, with the one that opened it."""
    found: list[dict[str, Any]] = []
    opened = False
    for event in reversed(tracker.events):
        if event["event"] == "user":
            found.append(event)
            if opened:
                break
        opened = opened or (event["event"] == "active_loop" and event["name"] == FORM)
    return reversed(found)
