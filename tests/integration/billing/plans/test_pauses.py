"""A pause stops the period's clock; use is judged by the plan in force at its own time, however late it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing.errors import PauseUsedUp, PlanNotInForce, PlanNotPaused, PlanPaused
from tests.builders.accounts import an_account, use
from tests.builders.clock import at
from tests.builders.life import confirmed, do, terms
from tests.builders.money import usd

START, END = at("2026-03-01"), at("2026-04-01")


@pytest.fixture
def account(billing, clock):
    clock.set(START)
    account = an_account(billing)
    confirmed(billing, account)
    return account


def test_the_end_moves_by_the_time_that_was_paused(billing, clock, account):
    clock.set("2026-03-05")
    told = terms(billing, account, "pause")
    assert (told.pause_days_left, str(told.resumes_by)) == (30, "2026-04-04")
    do(billing, account, "pause")
    clock.set("2026-03-15")
    assert str(terms(billing, account, "resume").ends_on) == "2026-04-10"

    do(billing, account, "resume")

    assert str(billing.plan(account).ends_on) == "2026-04-10"
    clock.set(END + timedelta(days=10, microseconds=-1))
    assert billing.plan(account).status == "pending_renewal"
    clock.set(END + timedelta(days=10))
    assert billing.plan(account).status == "expired"


def test_late_use_is_charged_by_what_was_in_force_at_its_time(billing, clock, account):
    clock.set("2026-03-05")
    do(billing, account, "pause")
    clock.set("2026-03-15")
    do(billing, account, "resume")
    clock.set("2026-03-20")

    use(billing, account, 10, at=at("2026-03-04T23:59"))  # 0.04 each by the plan
    assert (billing.balance(account).plan, billing.balance(account).owed) == (usd("9.6"), usd(0))
    use(billing, account, 10, at=at("2026-03-05"))  # 0.05 each in the pause
    use(billing, account, 10, at=at("2026-03-14T23:59"))
    assert (billing.balance(account).plan, billing.balance(account).owed) == (usd("9.6"), usd(1))
    use(billing, account, 10, at=at("2026-03-15"))
    assert (billing.balance(account).plan, billing.balance(account).owed) == (usd("9.2"), usd(1))


def test_a_pause_goes_on_by_itself_after_what_its_terms_allow_in_all(billing, clock, account):
    clock.set("2026-03-05")
    do(billing, account, "pause")
    with pytest.raises(PlanPaused) as refused:
        do(billing, account, "pause")
    assert str(refused.value.values["until"]) == "2026-04-04"
    clock.forward(days=20)
    do(billing, account, "resume")
    with pytest.raises(PlanNotPaused):
        do(billing, account, "resume")
    assert terms(billing, account, "pause").pause_days_left == 10
    do(billing, account, "pause")
    clock.forward(days=10)

    assert billing.plan(account).status == "active"
    with pytest.raises(PlanNotPaused):
        do(billing, account, "resume")
    with pytest.raises(PauseUsedUp) as used_up:
        do(billing, account, "pause")
    assert used_up.value.values == {"days": 30}
    assert str(billing.plan(account).ends_on) == "2026-04-30"


def test_what_comes_after_moves_with_the_pause_and_keeps_no_gap(billing, clock, account):
    clock.set("2026-03-05")
    do(billing, account, "renew")
    do(billing, account, "pause")
    assert str(billing.plan(account).next.starts_on) == "2026-05-01"
    clock.set("2026-03-15")
    do(billing, account, "resume")

    following = billing.plan(account).next
    assert (str(following.starts_on), str(following.ends_on)) == ("2026-04-11", "2026-05-10")
    clock.set("2026-04-11")
    assert (billing.plan(account).status, billing.plan(account).days_left) == ("active", 30)


def test_a_plan_with_a_day_of_its_own_keeps_it_whatever_is_paused_before(billing, clock, account):
    offer = billing.prepare_plan(account, "renderer", "monthly", starts_at=at("2026-04-15"))
    do(billing, account, "confirm", offer.number)
    clock.set("2026-03-05")
    do(billing, account, "pause")
    assert str(billing.plan(account).next.starts_on) == "2026-05-01"  # it makes room for as long as a pause may last
    clock.set("2026-03-07")
    do(billing, account, "resume")

    plan = billing.plan(account)
    assert (str(plan.ends_on), str(plan.next.starts_on)) == ("2026-04-02", "2026-04-15")


def test_a_plan_that_late_use_used_up_in_its_pause_may_be_changed(billing, clock, account):
    clock.set("2026-03-05")
    do(billing, account, "pause")
    use(billing, account, 5, "gpu_container", at=at("2026-03-04"))
    assert billing.plan(account).status == "expired"

    do(billing, account, "change", "renderer")

    assert (billing.plan(account).plan, billing.plan(account).status) == ("renderer", "active")


def test_nothing_is_paused_or_resumed_where_no_plan_is_in_force(billing, clock, account):
    an_account(billing, "empty")
    billing.prepare_plan("empty", "starter", "monthly")
    for action in ("pause", "resume", "cancel", "renew", "undo"):
        with pytest.raises(PlanNotInForce):
            terms(billing, "empty", action)
    clock.set(END)
    for action in ("pause", "resume", "cancel"):
        with pytest.raises(PlanNotInForce):
            terms(billing, account, action)
