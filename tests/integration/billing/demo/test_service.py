"""The seven accounts of the contract, whatever day it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from billing.api import Billing, Period
from billing.config import Settings
from billing.vouchers import codes
from billing.vouchers.models import VoucherCode
from tests.builders.clock import SettableClock, at
from tests.builders.databases import a_database
from tests.builders.demo import demo_database
from tests.builders.money import usd

ACCOUNTS = ["acme", "empty", "expired", "hangang", "paused", "pending", "sakura"]
DAYS = {
    "a 31st": ("2026-01-31T23:30", "postgresql"),
    "the last of February": ("2027-02-28T00:10", "sqlite"),
    "clocks go forward in New York": ("2026-03-08T07:30", "sqlite"),
    "clocks go back in New York": ("2026-11-01T06:30", "sqlite"),
}


@pytest.fixture(scope="module", params=DAYS.values(), ids=DAYS.keys())
def billing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billing]:
    """Once a day and database, for tests that only read."""
    moment, kind = request.param
    with ExitStack() as stack:
        if kind == "postgresql":
            url = stack.enter_context(a_database(request.getfixturevalue("postgresql_server"), durable=False))
        else:
            url = demo_database(tmp_path_factory.mktemp("demo") / "billing.db", at(moment))
        opened = Billing.open(Settings(database_url=url), clock=SettableClock(at(moment)))
        assert opened.load_demo() is (kind == "postgresql")
        yield opened
        opened.close()


def test_the_ledger_is_right(billing):
    assert billing.verify_ledger() == []


def test_there_are_the_seven_accounts_and_nobody_owes_anything(billing):
    assert [account.id for account in billing.accounts()] == ACCOUNTS
    assert [name for name in ACCOUNTS if billing.balance(name).owed] == []


def test_acme_has_an_active_starter_plan_credit_and_a_voucher(billing):
    account, plan, balance = billing.account("acme"), billing.plan("acme"), billing.balance("acme")

    assert (account.currency, account.support_tier) == ("USD", "basic")
    assert (plan.plan, plan.status, plan.all_services) == ("starter", "active", True)
    assert balance.top_up > usd(0)
    assert len(balance.vouchers) == 1


def test_a_voucher_code_waits_to_be_redeemed(billing):
    with billing.database.snapshot() as session:
        (code,) = session.scalars(sa.select(VoucherCode)).all()

    assert code.code_hash == codes.hash_code("WELCOME50")
    assert (code.amount, code.uses_left) == (usd(50).units, 1)
    assert code.expires_at > billing.now()


def test_sakuras_growth_plan_for_two_services_ends_in_nine_days(billing):
    account, plan = billing.account("sakura"), billing.plan("sakura")

    assert (account.currency, account.time_zone) == ("JPY", "Asia/Tokyo")
    assert (plan.plan, plan.services, plan.all_services) == ("growth", ["gpu_container", "inference"], False)
    assert plan.status in {"active", "pending_renewal"}  # nine days are within its last fourteen
    assert plan.days_left == 9
    today = billing.now().astimezone(ZoneInfo("Asia/Tokyo")).date()
    assert plan.ends_on == today + timedelta(days=8)
    assert (plan.payment_option, plan.payment_status) == ("partial_upfront", "partly_paid")


def test_hangang_pays_later_for_an_active_scale_plan_with_premium_support(billing):
    account, plan = billing.account("hangang"), billing.plan("hangang")

    assert (account.currency, account.time_zone, account.support_tier) == ("KRW", "Asia/Seoul", "premium")
    assert (plan.plan, plan.status, plan.payment_option) == ("scale", "active", "pay_later")


def test_pending_has_a_plan_that_waits_for_its_confirmation(billing):
    assert billing.account("pending").currency == "USD"
    assert billing.plan("pending").status == "pending_confirmation"


def test_expireds_plan_ended_by_amount_and_it_lives_on_voucher_and_top_up(billing):
    plan, balance = billing.plan("expired"), billing.balance("expired")

    assert (plan.status, plan.ended_by, plan.remaining) == ("expired", "amount", usd(0))
    assert (balance.currency, balance.plan) == ("USD", usd(0))
    assert balance.available > usd(0)
    latest = [entry for entry in billing.credit_history("expired", limit=100).entries if entry.at.date() > plan.ends_on]
    assert {entry.bucket for entry in latest if entry.kind == "usage"} <= {"voucher", "top_up"}


def test_paused_has_a_paused_growth_plan(billing):
    plan = billing.plan("paused")

    assert (plan.plan, plan.status) == ("growth", "paused")
    assert billing.balance("paused").currency == "USD"


def test_empty_has_nothing(billing):
    assert billing.plan("empty") is None
    assert not billing.balance("empty").available
    assert not billing.usage("empty").spend
    assert billing.credit_history("empty").entries == billing.invoices("empty") == billing.requests("empty") == []


@pytest.mark.parametrize("account", ["acme", "sakura", "hangang", "expired", "paused"])
def test_there_are_a_hundred_and_twenty_days_of_use_top_ups_and_invoices(billing, account):
    zone = ZoneInfo(billing.account(account).time_zone)
    today = billing.now().astimezone(zone).date()
    whole = Period.model_validate({"from": today - timedelta(days=120), "to": today - timedelta(days=1)})

    assert [day.day for day in billing.usage(account, whole).days if not day.spend] == []
    assert len(billing.invoices(account)) >= 3
    assert all(sum(x.amount.units for x in bill.lines) == bill.total.units for bill in billing.invoices(account))
    kinds, cursor = set(), None
    while True:
        page = billing.credit_history(account, limit=100, cursor=cursor)
        kinds |= {entry.kind for entry in page.entries}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert {"usage", "top_up", "plan"} <= kinds


def test_loading_it_twice_changes_nothing(billing):
    before = [(billing.balance(name), billing.plan(name), billing.invoices(name)) for name in ACCOUNTS]

    assert billing.load_demo() is False

    assert [(billing.balance(name), billing.plan(name), billing.invoices(name)) for name in ACCOUNTS] == before


def test_nothing_is_left_to_be_billed_and_nobody_is_late(billing):
    assert billing.bill_due().issued == []
    assert [
        (account, invoice.number)
        for account in ACCOUNTS
        for invoice in billing.invoices(account)
        if invoice.status == "overdue"
    ] == []


def test_the_prepared_plan_can_be_seen_with_all_its_terms(billing):
    offer = billing.plan_offer("pending")

    assert (offer.plan, offer.begins.interval, offer.begins.starts) == ("growth", "monthly", "on_date")
    assert offer.begins.price == offer.begins.due_now == usd(399)
