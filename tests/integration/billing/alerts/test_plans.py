from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.builders.accounts import a_plan, an_account, pause, use
from tests.builders.clock import NOON
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    made = an_account(billing)
    billing.set_alert_settings(made, low_balance=Decimal(0), email=None)
    return made


def told(billing, account, *, only_open=False):
    """Oldest first."""
    return [(a.kind, a.level, a.raised_at, a.cleared_by) for a in billing.alerts(account, only_open=only_open)][::-1]


def hours(billing, account, of_50, **more):
    """Of the renderer plan's 50 hours: 120 at 2.4 an hour."""
    use(billing, account, of_50, "gpu_container", **more)


def test_shares_used_are_told_once_each_at_the_instant_they_were_reached(billing, account, clock):
    a_plan(billing, account, "renderer")
    reached = []
    for quantity in ("39.999", "0.001", "5", "4.999", "0.001", "3"):
        clock.forward(hours=1)
        hours(billing, account, quantity)
        reached.append(clock.now)
    clock.forward(hours=1)

    billing.check_alerts()

    expected = [("plan_used", share, reached[at], None) for share, at in ((80, 1), (90, 2), (100, 4))]
    assert told(billing, account, only_open=True) == expected
    figures = billing.alerts(account)[-1].figures
    assert (figures.plan, figures.used, figures.amount) == ("renderer", usd(96), usd(120))
    assert figures.names["ja"] == "レンダラー"


def test_use_that_passes_several_shares_at_once_raises_each_and_tells_the_gravest(billing, account):
    a_plan(billing, account, "renderer")
    hours(billing, account, 100)

    assert billing.check_alerts().raised == 3
    assert [alert.level for alert in billing.tell_alerts(account, "c-1")] == [100]
    assert billing.tell_alerts(account, "c-2") == []


def test_an_end_is_told_14_3_and_1_days_before_and_is_past_when_it_came(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    clock.set(plan.ends_at - timedelta(days=13))
    billing.check_alerts()
    assert told(billing, account) == [("plan_ending", 14, plan.ends_at - timedelta(days=14), None)]
    clock.set(plan.ends_at - timedelta(seconds=1))
    billing.check_alerts()
    assert [alert.level for alert in billing.tell_alerts(account, "c-1")] == [1]
    clock.set(plan.ends_at)

    assert billing.check_alerts().cleared == 3
    assert told(billing, account) == [
        ("plan_ending", days, plan.ends_at - timedelta(days=days), "plan_over") for days in (14, 3, 1)
    ]


def test_a_look_long_after_the_end_finds_the_same(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    clock.forward(days=300)

    assert billing.check_alerts().raised == 3
    assert told(billing, account) == [
        ("plan_ending", days, plan.ends_at - timedelta(days=days), "plan_over") for days in (14, 3, 1)
    ]


def test_the_next_plan_is_the_all_clear(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    clock.set(plan.ends_at - timedelta(days=10))
    hours(billing, account, 42)
    billing.check_alerts()
    a_plan(billing, account, "renderer", starts_at=plan.ends_at)
    renewed = clock.now
    billing.check_alerts()
    assert told(billing, account) == [
        ("plan_ending", 14, plan.ends_at - timedelta(days=14), "plan_renewed"),
        ("plan_used", 80, renewed, None),
    ]

    clock.set(plan.ends_at)
    billing.check_alerts()

    assert [cleared for *_, cleared in told(billing, account)] == ["plan_renewed", "plan_renewed"]
    assert len(told(billing, account)) == 2, "the next was confirmed: 3 and 1 days are no news"


def test_a_plan_used_up_stays_told_until_there_is_another(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    hours(billing, account, 50)
    clock.set(plan.ends_at + timedelta(days=5))
    billing.check_alerts()
    assert told(billing, account, only_open=True) == [("plan_used", 100, NOON, None)]
    a_plan(billing, account, "renderer")

    billing.check_alerts()

    assert [cleared for *_, cleared in told(billing, account)] == ["plan_over", "plan_over", "plan_renewed"]


def test_a_paused_or_used_up_plan_comes_to_no_end_that_is_told(billing, account, clock):
    plan = a_plan(billing, account, "renderer")
    pause(billing, plan)
    other = an_account(billing, "other")
    a_plan(billing, other, "renderer")
    hours(billing, other, 50)
    clock.set(plan.ends_at - timedelta(hours=1))

    billing.check_alerts()

    assert [kind for kind, *_ in told(billing, account)] == []
    assert {a.kind for a in billing.alerts(other)} == {"plan_used", "low_balance"}


def test_a_plan_of_fewer_days_does_not_begin_with_an_alert(billing, account, clock):
    starts = clock.now
    clock.forward(days=20)
    a_plan(billing, account, "renderer", starts_at=starts)  # 11 days to go when it is confirmed

    billing.check_alerts()

    assert told(billing, account) == [("plan_ending", 14, starts + timedelta(days=17), None)]
