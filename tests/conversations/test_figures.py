"""A figure in an answer is the ledger's, written as the customer's language writes it; the card holds the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from actions.texts import Texts
from billing.api import Billing, Period
from tests.conversations.test_topics import said

LANGUAGES = ("en", "ja", "ko")
ACCOUNTS = ("acme", "sakura", "hangang", "expired", "paused", "pending", "empty")


@pytest.fixture(params=LANGUAGES)
def texts(request: pytest.FixtureRequest) -> Texts:
    return Texts(request.param)


def ask(talk, account: str, texts: Texts, topic: str):
    return talk(account).say(said(texts.language)[topic], locale=texts.language)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_balance_is_told_bucket_by_bucket(talk, billing: Billing, texts: Texts, account: str) -> None:
    balance = billing.balance(account)
    reply = ask(talk, account, texts, "show_balance")

    for amount in (balance.available, balance.plan, balance.top_up):
        if amount:
            assert texts.money(amount) in reply.text
    [message] = reply.messages
    card = message["card"]
    assert card["kind"] == "balance"
    assert card["available"] == {"amount": balance.available.plain(), "currency": balance.currency}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_plan_is_told_by_its_status(talk, billing: Billing, texts: Texts, account: str) -> None:
    plan = billing.plan(account)
    reply = ask(talk, account, texts, "show_plan")

    if plan is None:
        assert reply.says("utter_plan_none")
        return
    assert reply.says(f"utter_plan_{plan.status}")
    assert texts.name(plan.names) in reply.text
    if plan.status in {"active", "pending_renewal"}:
        assert texts.money(plan.remaining) in reply.text
        assert texts.day(plan.ends_on) in reply.text


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_sessions_left_are_those_of_the_ledger(talk, billing: Billing, texts: Texts, account: str) -> None:
    allowed = billing.allowed_sessions(account)
    reply = ask(talk, account, texts, "show_allowed_sessions")

    if not allowed.sessions:
        assert reply.says("utter_allowed_sessions_none")
        return
    assert texts.number(allowed.sessions) in reply.text
    assert texts.exact_money(allowed.rate) in reply.text


def test_a_period_in_words_counts_from_the_accounts_own_day(talk, billing: Billing, phrases) -> None:
    reply = talk("sakura").say(phrases["usage_last_month"])
    today = billing.now().astimezone().date()
    last = today.replace(day=1) - timedelta(days=1)
    usage = billing.usage("sakura", Period.model_validate({"from": last.replace(day=1), "to": last}))

    assert reply.messages[0]["card"]["period"] == {"from": str(last.replace(day=1)), "to": str(last)}
    assert Texts(phrases.language).money(usage.spend) in reply.text


def test_a_month_by_name_is_the_latest_that_began(talk, billing: Billing, phrases) -> None:
    [message] = talk("acme").say(phrases["usage_september"]).messages
    card = message["card"]
    first = date.fromisoformat(card["period"]["from"])
    assert (first.month, first.day) == (9, 1)
    assert card["period"]["to"] == f"{first.year}-09-30"


@pytest.mark.parametrize("account", ["acme", "sakura", "hangang"])
def test_services_invoices_history_and_forecast_are_told(talk, billing: Billing, texts: Texts, account: str) -> None:
    services = ask(talk, account, texts, "show_service_usage")
    assert texts.money(billing.service_usage(account).total) in services.text
    invoices = ask(talk, account, texts, "show_invoices")
    assert billing.invoices(account)[0].number in invoices.text
    history = ask(talk, account, texts, "show_credit_history")
    assert texts.money(billing.credit_history(account, limit=1).entries[0].amount) in history.text
    forecast = billing.forecast(account)
    told = ask(talk, account, texts, "show_forecast")
    assert forecast.runs_out_on is not None
    assert texts.day(forecast.runs_out_on) in told.text


def test_an_opened_request_is_listed_with_its_number(talk, billing: Billing, phrases) -> None:
    conversation = talk("acme")
    conversation.say(phrases["task_of_a_person"])
    conversation.say(phrases["yes"])
    [request] = billing.requests("acme")

    reply = conversation.say(said(phrases.language)["show_requests"])
    assert reply.says("utter_requests")
    assert request.id in reply.text


def test_nothing_of_another_account_is_ever_told(talk, billing: Billing, phrases) -> None:
    others = billing.balance("hangang").available
    reply = talk("empty").say(f"{phrases['balance']} hangang account_id=hangang")
    assert Texts(phrases.language).money(others) not in reply.text


def test_an_account_without_bots_is_told_its_spend_first(talk, billing: Billing, texts: Texts) -> None:
    reply = ask(talk, "sakura", texts, "show_usage")

    assert reply.says("utter_usage_spend")
    assert billing.usage("sakura").sessions == 0
