from __future__ import annotations

import pytest

from billing.errors import AccountExists, AccountNotFound, CurrencyUnknown, TimeZoneUnknown
from tests.builders.accounts import an_account

QUESTIONS = (
    "account",
    "plan",
    "balance",
    "allowed_sessions",
    "usage",
    "service_usage",
    "credit_history",
    "invoices",
    "forecast",
    "requests",
    "top_up_limits",
)


def test_an_account_is_told_as_it_was_created(billing):
    created = billing.create_account("sakura", name="さくら商事", currency="JPY", time_zone="Asia/Tokyo", language="ja")

    assert billing.account("sakura") == created
    assert (created.name, created.currency, created.language) == ("さくら商事", "JPY", "ja")


def test_a_new_account_has_basic_support_until_it_is_moved(billing):
    account = an_account(billing)
    assert billing.account(account).support_tier == "basic"

    billing.set_support_tier(account, "premium")

    assert billing.account(account).support_tier == "premium"


def test_accounts_are_listed_by_id(billing):
    for name in ("sakura", "acme", "hangang"):
        an_account(billing, name)

    assert [account.id for account in billing.accounts()] == ["acme", "hangang", "sakura"]


def test_an_id_is_taken_once(billing):
    an_account(billing, currency="USD")

    with pytest.raises(AccountExists):
        an_account(billing, currency="JPY")

    assert billing.account("acme").currency == "USD"


def test_a_currency_that_is_not_kept_is_refused(billing):
    for currency in ("EUR", "usd", ""):
        with pytest.raises(CurrencyUnknown):
            an_account(billing, currency=currency)
    assert billing.accounts() == []


def test_a_time_zone_that_does_not_exist_is_refused(billing):
    for zone in ("Mars/Olympus", "", "/etc/passwd", "../UTC", "UTC\x00", "America"):
        with pytest.raises(TimeZoneUnknown):
            an_account(billing, time_zone=zone)
    assert billing.accounts() == []


def test_nothing_is_told_of_an_account_that_is_not_there(billing):
    an_account(billing, "acme")

    for ask in QUESTIONS:
        with pytest.raises(AccountNotFound):
            getattr(billing, ask)("acm")


def test_an_account_with_nothing_is_told_that_it_has_nothing(billing):
    account = an_account(billing)

    assert billing.plan(account) is None
    assert billing.balance(account).available.units == 0
    assert billing.allowed_sessions(account).sessions == 0
    assert billing.usage(account).sessions == 0
    assert billing.service_usage(account).services == []
    assert billing.credit_history(account).entries == []
    assert billing.invoices(account) == billing.requests(account) == []
    assert billing.forecast(account).days_left == 0
