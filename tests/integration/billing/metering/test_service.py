"""When an event counts, and as of when it is charged."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest

from billing.errors import AccountNotFound, ServiceNotFound, UsageEventConflict, UsageInvalid
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, pause, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import at
from tests.builders.faults import Fault, Faults
from tests.builders.money import usd

INSTANT = timedelta(microseconds=1)


@pytest.fixture
def account(billing):
    return an_account(billing)


def test_a_repeated_event_counts_once(billing, account):
    a_top_up(billing, account, 25)

    assert use(billing, account, 10, event_id="e-1") == "accepted"
    assert use(billing, account, 10, event_id="e-1") == "repeated"

    assert billing.balance(account).top_up == usd("24.5")
    assert billing.usage(account).sessions == 10


@pytest.mark.parametrize("kind", ["before", "after"])
def test_an_event_retried_after_any_failure_is_counted_once_and_never_zero_times(billing, account, kind):
    faults = Faults(billing.database.engine)
    for statement in count(1):
        event = f"e-{statement}"
        faults.strike(Fault(kind, statement), lambda event=event: use(billing, account, 10, event_id=event))
        if not faults.fired:
            break
        assert use(billing, account, 10, event_id=event) == "accepted"

    assert statement > 5
    assert billing.usage(account).sessions == 10 * statement


def test_an_event_retried_because_its_answer_was_lost_is_counted_once(billing, account):
    faults = Faults(billing.database.engine)
    faults.strike(Fault("after_commit", 1), lambda: use(billing, account, 10, event_id="e-1"))

    assert use(billing, account, 10, event_id="e-1") == "repeated"
    assert billing.usage(account).sessions == 10


def test_an_id_spent_on_another_event_is_refused_and_the_first_stands(billing, account, clock):
    use(billing, account, 10, event_id="e-1")
    an_account(billing, "other")

    for other in (
        {"quantity": 99},
        {"service": "inference"},
        {"at": clock.now - INSTANT},
        {"account": "other"},
    ):
        with pytest.raises(UsageEventConflict):
            use(billing, **({"account": account, "quantity": 10, "event_id": "e-1"} | other))

    assert billing.balance(account).owed == usd("0.5")
    assert billing.balance("other").owed == usd(0)


def test_sessions_are_what_the_events_say(billing, account):
    use(billing, account, 3)  # 31 minutes, as the meter counts them
    use(billing, account, 1)

    assert billing.usage(account).sessions == 4


def test_an_event_that_cannot_be_counted_is_refused_and_costs_nothing(billing, account):
    for quantity in ("0", "-1", "0.0001", "1.2345", "NaN", "Infinity"):
        with pytest.raises(UsageInvalid):
            use(billing, account, Decimal(quantity))
    with pytest.raises(UsageInvalid):
        use(billing, account, at=billing.now() + INSTANT)
    with pytest.raises(ServiceNotFound):
        use(billing, account, service="teleport")
    with pytest.raises(AccountNotFound):
        use(billing, "nobody")

    assert billing.usage(account).sessions == 0
    assert billing.balance(account).position == 0


def test_an_event_with_a_quantity_that_nothing_can_hold_is_refused(billing, account):
    with pytest.raises(UsageInvalid):
        use(billing, account, Decimal("1e20"))


def test_the_plan_pays_from_its_first_instant_to_the_last_before_its_end(billing, account, clock):
    plan = a_plan(billing, account)
    start, end = clock.now, at("2026-04-10T12:00")
    assert plan.ends_at == end
    clock.set("2026-05-01")

    for moment, paid in (
        (start - INSTANT, False),
        (start, True),
        (end - INSTANT, True),
        (end, False),
    ):
        before = billing.balance(account).owed
        use(billing, account, at=moment)
        assert (billing.balance(account).owed == before) == paid, moment


def test_a_late_event_is_charged_to_the_plan_that_was_in_force_then(billing, account, clock):
    a_plan(billing, account)
    a_top_up(billing, account, 25)
    clock.set("2026-04-20")
    assert billing.plan(account).status == "expired"

    use(billing, account, 10, at=at("2026-04-01"))

    assert billing.balance(account).top_up == usd(25)
    assert billing.plan(account).used == usd("0.40")


def test_a_late_event_is_charged_to_vouchers_that_were_good_then(billing, account, clock):
    given = clock.now
    a_voucher(billing, account, usd(3), expires_at=at("2026-03-20"))
    clock.set("2026-04-20")

    use(billing, account, 10, at=at("2026-03-20") - INSTANT)
    assert billing.balance(account).owed == usd(0)

    use(billing, account, 10, at=at("2026-03-20"))
    assert billing.balance(account).owed == usd("0.5")

    use(billing, account, 10, at=given - INSTANT)
    assert billing.balance(account).owed == usd(1)


def test_a_late_event_is_rated_at_the_prices_of_its_own_time(billing, account, clock, tmp_path):
    clock.set("2026-03-15")
    billing.load_catalogue(a_catalogue(tmp_path, dearer=('rates: {USD: "0.05"', 'rates: {USD: "0.50"')))

    use(billing, account, 10, at=at("2026-03-14"))
    assert billing.balance(account).owed == usd("0.5")

    use(billing, account, 10, at=at("2026-03-15"))
    assert billing.balance(account).owed == usd("5.5")


def test_nothing_is_charged_to_a_paused_plan_but_what_was_used_before(billing, account, clock):
    plan = a_plan(billing, account)
    clock.forward(days=2)
    pause(billing, plan)
    clock.forward(days=1)

    use(billing, account, 10)
    assert (billing.plan(account).used, billing.balance(account).owed) == (usd(0), usd("0.5"))

    use(billing, account, 10, at=clock.now - timedelta(days=2))
    assert (billing.plan(account).used, billing.balance(account).owed) == (usd("0.4"), usd("0.5"))


def test_use_after_the_amount_was_reached_is_charged_on_demand(billing, account, clock):
    a_plan(billing, account, "renderer")
    clock.forward(days=1)
    use(billing, account, 50, "gpu_container")

    use(billing, account, 1, "gpu_container")

    assert billing.balance(account).owed == usd("2.4")


def test_a_renewed_plan_begins_with_its_whole_amount_and_quota(billing, account, clock):
    a_plan(billing, account)
    use(billing, account, 100)
    clock.set("2026-04-10T12:00")
    a_plan(billing, account)

    use(billing, account, 100)

    assert billing.balance(account).owed == usd(0)
    assert billing.plan(account).remaining == usd(6)
