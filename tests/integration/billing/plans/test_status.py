"""A plan's status is derived at the instant asked: nothing has to run for it to change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.accounts import a_plan, an_account, an_offer, pause, use
from tests.builders.clock import at
from tests.builders.money import usd

INSTANT = timedelta(microseconds=1)
START, END = at("2026-03-01"), at("2026-04-01")


@pytest.fixture
def account(billing, clock):
    clock.set(START)
    return an_account(billing)


def test_a_plan_waits_for_the_customer_until_it_is_confirmed(billing, account):
    an_offer(billing, account)

    plan = billing.plan(account)

    assert (plan.status, plan.payment_status, plan.quotas) == ("pending_confirmation", "unpaid", [])
    assert (plan.amount, plan.remaining, plan.used_percent) == (usd(10), usd(10), 0)
    assert billing.balance(account).available == usd(0)


def test_a_plan_confirmed_twice_is_credited_once(billing, account):
    from billing.plans import service as plans
    from billing.plans.models import Subscription

    row = a_plan(billing, account)
    with billing.database.transaction() as session:
        plans.activate(session, session.get_one(Subscription, row.id), START + timedelta(days=1))

    assert billing.balance(account).plan == usd(10)
    with billing.database.snapshot() as session:
        assert session.get_one(Subscription, row.id).confirmed_at == START


def test_the_status_changes_with_time_alone(billing, clock, account):
    a_plan(billing, account)

    for moment, status, days_left in (
        (START, "active", 31),
        (END - timedelta(days=14) - INSTANT, "active", 15),
        (END - timedelta(days=14), "pending_renewal", 14),
        (END - INSTANT, "pending_renewal", 1),
        (END, "expired", 0),
        (END + timedelta(days=400), "expired", 0),
    ):
        clock.set(moment)
        plan = billing.plan(account)
        assert (plan.status, plan.days_left) == (status, days_left), moment
        assert plan.ended_by == ("period" if status == "expired" else None)
        assert str(plan.ends_on) == "2026-03-31"
        assert billing.balance(account).plan == (usd(0) if status == "expired" else usd(10))


def test_ninety_percent_of_the_amount_asks_for_renewal(billing, account):
    a_plan(billing, account, "renderer")
    use(billing, account, "44.999", "gpu_container")
    assert billing.plan(account).status == "active"
    assert str(billing.plan(account).used_percent) == "89.9"

    use(billing, account, "0.001", "gpu_container")

    plan = billing.plan(account)
    assert (plan.status, plan.used_percent, plan.remaining) == ("pending_renewal", 90, usd(12))


def test_the_last_unit_of_the_amount_ends_the_plan_at_that_instant(billing, clock, account):
    a_plan(billing, account, "renderer")
    clock.set("2026-03-05T09:00")
    use(billing, account, "49.999", "gpu_container")
    assert (billing.plan(account).status, str(billing.plan(account).used_percent)) == ("pending_renewal", "99.9")

    use(billing, account, "0.001", "gpu_container")

    plan = billing.plan(account)
    assert (plan.status, plan.ended_by, plan.days_left, plan.used_percent) == ("expired", "amount", 0, 100)
    assert str(plan.ends_on) == "2026-03-05"
    clock.set(END)
    assert billing.plan(account).ended_by == "amount"


def test_a_plan_ended_by_its_amount_was_in_force_until_its_last_charge(billing, clock, account):
    a_plan(billing, account, "renderer")
    clock.set("2026-03-20")
    use(billing, account, 49, "gpu_container", at=at("2026-03-18"))

    use(billing, account, 1, "gpu_container", at=at("2026-03-05"))

    plan = billing.plan(account)
    assert (plan.ended_by, plan.remaining) == ("amount", usd(0))
    assert str(plan.ends_on) == "2026-03-18"


def test_a_paused_plans_clock_stands_still_until_it_goes_on_by_itself(billing, clock, account):
    row = a_plan(billing, account)
    clock.forward(days=2)
    pause(billing, row)

    assert (billing.plan(account).status, billing.balance(account).plan) == ("paused", usd(0))
    assert billing.allowed_sessions(account).from_plan == 0
    clock.forward(days=30, microseconds=-1)
    plan = billing.plan(account)
    assert (plan.status, plan.days_left, str(plan.paused_until)) == ("paused", 29, "2026-04-02")

    clock.forward(microseconds=1)
    plan = billing.plan(account)
    assert (plan.status, plan.days_left, plan.paused_until) == ("active", 29, None)
    clock.set(END + timedelta(days=30) - INSTANT)
    assert billing.plan(account).status == "pending_renewal"
    clock.set(END + timedelta(days=30))
    assert billing.plan(account).status == "expired"


def test_the_newest_plan_is_told(billing, clock, account):
    a_plan(billing, account)
    clock.set(END)
    a_plan(billing, account, "renderer")

    assert (billing.plan(account).plan, billing.plan(account).status) == ("renderer", "active")


def test_the_plan_is_told_with_its_scope_and_quotas(billing, account):
    a_plan(billing, account, "renderer", payment_option="pay_later")
    plan = billing.plan(account)
    assert (plan.services, plan.all_services) == (["gpu_container"], False)
    assert [quota.service for quota in plan.quotas] == ["gpu_container"]
    assert (plan.price, plan.payment_option) == (usd("99.99"), "pay_later")
    assert plan.names == {"en": "Renderer", "ja": "レンダラー", "ko": "렌더러"}
