from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import AccountNotFound, AmountInvalid, AmountTooFine, EmailInvalid
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, pause, use
from tests.builders.clock import NOON
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def told(billing, account, *, only_open=False):
    return [(a.kind, a.level, a.raised_at, a.cleared_at) for a in billing.alerts(account, only_open=only_open)]


def spend(billing, account, amount, **more):
    """On-demand sessions at 0.05."""
    use(billing, account, Decimal(amount) * 20, **more)


def test_an_account_that_never_had_anything_is_not_low(billing, account):
    assert billing.check_alerts().raised == 0
    assert billing.alerts(account) == []


def test_a_balance_below_the_smallest_top_up_is_told_once_with_its_figures(billing, account, clock):
    a_top_up(billing, account, 30)
    clock.forward(hours=1)
    spend(billing, account, "5.5")
    crossed = clock.now
    clock.forward(days=3)

    assert [billing.check_alerts().raised for _ in range(3)] == [1, 0, 0]

    (alert,) = billing.alerts(account)
    assert (alert.kind, alert.raised_at, alert.cleared_at) == ("low_balance", crossed, None)
    assert (alert.figures.available, alert.figures.threshold) == (usd("24.5"), usd(25))


def test_the_threshold_itself_is_not_low(billing, account):
    a_top_up(billing, account, 30)
    spend(billing, account, 5)

    assert billing.check_alerts().raised == 0


def test_the_all_clear_comes_a_tenth_above_the_threshold(billing, account, clock):
    a_top_up(billing, account, 50)
    spend(billing, account, 49)  # 1 is left
    billing.check_alerts()
    clock.forward(hours=1)
    billing.adjust_credit(account, Decimal("26.49"), reason="test", key="c-1")
    assert billing.check_alerts().cleared == 0
    clock.forward(hours=1)

    billing.adjust_credit(account, Decimal("0.01"), reason="test", key="c-2")
    assert billing.check_alerts().cleared == 1

    assert told(billing, account) == [("low_balance", None, NOON, clock.now)]
    assert billing.alerts(account) == []


def test_each_fall_is_told_however_late_anything_looks(billing, account, clock):
    instants = []
    for _ in range(3):
        a_top_up(billing, account, 50)
        clock.forward(hours=1)
        spend(billing, account, 45)
        instants.append(clock.now)
        clock.forward(days=1)
    a_top_up(billing, account, 50)
    restored = clock.now
    clock.forward(days=100)

    changed = billing.check_alerts()

    assert (changed.raised, changed.cleared) == (3, 3)
    assert [at for _, _, at, _ in told(billing, account)] == instants[::-1]
    assert told(billing, account)[0][3] == restored


def test_the_end_of_a_plan_and_of_a_voucher_are_dated_at_their_instants(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    a_voucher(billing, account, usd(30), expires_at=plan.ends_at + timedelta(days=2))
    clock.forward(days=60)

    billing.check_alerts()

    assert told(billing, account, only_open=True)[0][:3] == ("low_balance", None, plan.ends_at + timedelta(days=2))


def test_a_pause_takes_the_plan_out_of_the_balance(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    billing.check_alerts()
    clock.forward(days=1)
    pause(billing, plan)
    paused = clock.now
    clock.forward(hours=2)

    billing.check_alerts()

    assert told(billing, account) == [("low_balance", None, paused, None)]


def test_a_threshold_of_the_accounts_own_counts_from_when_it_is_set(billing, account, clock):
    a_top_up(billing, account, 100)
    clock.forward(hours=1)
    spend(billing, account, 60)
    clock.forward(hours=1)

    set_ = billing.set_alert_settings(account, low_balance=Decimal(50), email="Ann@Example.com")

    assert (set_.low_balance, set_.is_default, set_.email) == (usd(50), False, "Ann@example.com")
    assert told(billing, account) == [("low_balance", None, clock.now, None)]
    clock.forward(hours=1)
    assert billing.set_alert_settings(account, low_balance=None, email=None).is_default
    assert told(billing, account) == [("low_balance", None, clock.now - timedelta(hours=1), clock.now)]


def test_a_threshold_of_zero_is_never_crossed(billing, account):
    a_top_up(billing, account, 30)
    billing.set_alert_settings(account, low_balance=Decimal(0), email=None)
    spend(billing, account, 100)

    assert billing.check_alerts().raised == 0


@pytest.mark.parametrize(
    ("amount", "email", "error"),
    [
        ("-1", None, AmountInvalid),
        ("0.001", None, AmountTooFine),
        ("NaN", None, AmountInvalid),
        ("1", "x", EmailInvalid),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_is_written(billing, account, amount, email, error):
    before = billing.alert_settings(account)

    with pytest.raises(error):
        billing.set_alert_settings(account, low_balance=Decimal(amount), email=email)

    assert billing.alert_settings(account) == before
    assert [entry.action for entry in billing.audit_trail(subject=account)] == ["account.create"]


def test_an_unknown_account_has_no_alerts(billing):
    with pytest.raises(AccountNotFound):
        billing.alerts("nobody")
    with pytest.raises(AccountNotFound):
        billing.set_alert_settings("nobody", low_balance=None, email=None)


def test_a_conversation_is_told_once_and_the_same_when_it_asks_again(billing, account, clock):
    a_top_up(billing, account, 30)
    spend(billing, account, 10)
    assert billing.tell_alerts(account, "c-1") == []  # nobody looked yet
    billing.check_alerts()

    (alert,) = billing.tell_alerts(account, "c-1")
    assert billing.tell_alerts(account, "c-1") == [alert]
    assert billing.tell_alerts(account, "c-2") == []
    assert alert.told_at == clock.now


def test_what_is_no_longer_so_is_not_told(billing, account):
    a_top_up(billing, account, 30)
    spend(billing, account, 10)
    billing.check_alerts()
    a_top_up(billing, account, 50)  # and nobody looked since

    assert billing.tell_alerts(account, "c-1") == []
    assert billing.alerts(account) == []
