from __future__ import annotations

import pytest

from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, pause, use
from tests.builders.clock import at
from tests.builders.money import usd, won, yen


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_what_is_available_is_plan_vouchers_and_top_up_together(billing, account):
    a_plan(billing, account)
    a_voucher(billing, account, usd(3))
    a_voucher(billing, account, usd("4.5"), services=["inference"])
    a_top_up(billing, account, 25)
    a_top_up(billing, account, 100, method="bank_transfer")

    balance = billing.balance(account)

    assert (balance.plan, balance.voucher_total, balance.top_up) == (usd(10), usd("7.5"), usd(25))
    assert balance.available == usd("42.5")
    assert (balance.pending_top_ups, balance.owed) == (usd(100), usd(0))


def test_what_is_owed_is_told_beside_what_is_available(billing, account):
    use(billing, account, 10)
    a_voucher(billing, account, usd(3), services=["inference"])

    balance = billing.balance(account)

    assert (balance.available, balance.owed) == (usd(3), usd("0.5"))


def test_a_balance_is_as_of_now_in_the_accounts_zone(billing, clock):
    account = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    a_top_up(billing, account, 3000)

    balance = billing.balance(account)

    assert balance.as_of == clock.now
    assert balance.as_of.isoformat() == "2026-03-10T21:00:00+09:00"
    assert balance.position > 0


def test_one_account_never_sees_what_another_has(billing, account):
    other = an_account(billing, "other")
    a_top_up(billing, other, 50)
    a_voucher(billing, other, usd(3))
    a_plan(billing, other)
    use(billing, other, 10)

    assert billing.balance(account).available == usd(0)
    assert billing.usage(account).sessions == 0
    assert billing.credit_history(account).entries == []


def test_allowed_sessions_are_those_of_the_plan_at_its_rate_and_of_credit_on_demand(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)

    allowed = billing.allowed_sessions(account)

    assert (allowed.from_plan, allowed.from_credit, allowed.sessions) == (100, 500, 600)
    assert (allowed.rate, allowed.available) == (usd("0.05"), usd(35))


def test_the_plans_sessions_end_with_its_quota_or_with_its_amount(billing, account):
    a_plan(billing, account)
    use(billing, account, 30)
    assert billing.allowed_sessions(account).from_plan == 70

    use(billing, account, "3.6", "gpu_container")  # 8.64: 0.16 left
    assert billing.balance(account).plan == usd("0.16")
    assert billing.allowed_sessions(account).from_plan == 4


def test_a_session_that_is_not_covered_whole_is_not_allowed(billing, account):
    a_voucher(billing, account, usd("0.09"))

    assert billing.allowed_sessions(account).sessions == 1


def test_a_voucher_for_other_services_allows_no_sessions(billing, account):
    a_voucher(billing, account, usd(3), services=["inference"])
    a_voucher(billing, account, usd(1), services=["inference", "bot_session"])

    allowed = billing.allowed_sessions(account)

    assert (allowed.sessions, allowed.available) == (20, usd(4))


def test_a_plan_for_other_services_or_paused_allows_no_sessions(billing, account):
    a_plan(billing, account, "renderer")
    assert billing.allowed_sessions(account).sessions == 0

    other = an_account(billing, "other")
    pause(billing, a_plan(billing, other))
    assert billing.allowed_sessions(other).sessions == 0


@pytest.mark.parametrize(("currency", "credit", "sessions"), [("JPY", yen(100), 14), ("KRW", won(1000), 15)])
def test_sessions_are_whole_in_currencies_without_small_coins(billing, currency, credit, sessions):
    account = an_account(billing, "far", currency=currency)
    a_voucher(billing, account, credit, expires_at=at("2026-06-01"))

    assert billing.allowed_sessions(account).sessions == sessions


def test_the_allowed_sessions_can_be_used_and_one_more_is_owed(billing, account):
    a_plan(billing, account)
    a_voucher(billing, account, usd("1.02"))
    allowed = billing.allowed_sessions(account).sessions

    use(billing, account, allowed)
    assert billing.balance(account).owed == usd(0)

    use(billing, account, 1)
    assert billing.balance(account).owed == usd("0.03")
