"""What an event is charged to. The plan: 10.00, 100 sessions at 0.04; on demand a session is 0.05, a GPU hour 2.40."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from billing.metering.models import UsageCharge, UsageEvent
from billing.money import Money
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing)


def charged(billing) -> list[tuple[str, Decimal, Money]]:
    """Bucket, quantity and money of every charge of the newest event; together they are the event."""
    with billing.database.snapshot() as session:
        event = session.scalar(sa.select(UsageEvent).order_by(UsageEvent.id.desc()).limit(1))
        parts = session.scalars(
            sa.select(UsageCharge).where(UsageCharge.usage_event_id == event.id).order_by(UsageCharge.id)
        ).all()
    assert sum(part.quantity for part in parts) == event.quantity
    return [(part.bucket, Decimal(part.quantity) / 1000, Money(part.units, "USD")) for part in parts]


def test_use_is_charged_to_plan_then_vouchers_by_expiry_then_top_up_then_owed(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)
    for amount, expires in ((1, None), (2, at("2026-06-01")), (3, at("2026-04-01"))):
        a_voucher(billing, account, usd(amount), expires_at=expires)

    use(billing, account, 100 + 60 + 40 + 20 + 500 + 7)

    assert charged(billing) == [
        ("plan", 100, usd(4)),
        ("voucher", 60, usd(3)),
        ("voucher", 40, usd(2)),
        ("voucher", 20, usd(1)),
        ("top_up", 500, usd(25)),
        ("owed", 7, usd("0.35")),
    ]
    balance = billing.balance(account)
    assert (balance.plan, balance.voucher_total, balance.top_up) == (usd(6), usd(0), usd(0))
    assert balance.owed == usd("0.35")


def test_a_bucket_that_is_not_needed_is_not_touched(billing, account):
    a_voucher(billing, account, usd(3))
    a_top_up(billing, account, 25)

    use(billing, account, 60)

    assert charged(billing) == [("voucher", 60, usd(3))]


def test_a_voucher_pays_for_its_services_only(billing, account):
    a_voucher(billing, account, usd(3), services=["inference"], expires_at=at("2026-04-01"))
    a_voucher(billing, account, usd(3), services=["bot_session", "inference"])

    use(billing, account, 20)

    assert charged(billing) == [("voucher", 20, usd(1))]
    assert [credit.remaining for credit in billing.balance(account).vouchers] == [usd(3), usd(2)]


def test_a_plan_pays_for_its_services_only(billing, account):
    a_plan(billing, account, "renderer")

    use(billing, account, 20)

    assert charged(billing) == [("owed", 20, usd(1))]


def test_the_plan_pays_within_its_quota_and_the_rest_is_charged_on_demand(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)
    use(billing, account, 90)

    use(billing, account, 30)
    assert charged(billing) == [("plan", 10, usd("0.40")), ("top_up", 20, usd(1))]

    use(billing, account, 1)
    assert charged(billing) == [("top_up", 1, usd("0.05"))]
    assert billing.balance(account).plan == usd(6)


def test_use_of_exactly_the_amount_ends_the_plan_and_touches_nothing_else(billing, account):
    a_plan(billing, account, "renderer")
    a_top_up(billing, account, 25)

    use(billing, account, 50, "gpu_container")

    assert charged(billing) == [("plan", 50, usd(120))]
    assert billing.balance(account).available == usd(25)
    assert (billing.plan(account).status, billing.plan(account).ended_by) == ("expired", "amount")


def test_use_beyond_the_amount_is_split_where_the_amount_ends(billing, account):
    a_plan(billing, account, "renderer")
    a_top_up(billing, account, 25)
    use(billing, account, 49, "gpu_container")

    use(billing, account, 2, "gpu_container")

    assert charged(billing) == [("plan", 1, usd("2.4")), ("top_up", 1, usd("2.4"))]
    assert billing.balance(account).available == usd("22.6")


def test_the_smallest_step_in_which_the_amount_ends_is_the_plans(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)

    use(billing, account, 5, "gpu_container")  # 10.00 / 2.40 = 4.1666…

    assert charged(billing) == [
        ("plan", Decimal("4.167"), usd(10)),
        ("top_up", Decimal("0.833"), usd("1.9992")),
    ]


def test_credit_that_ends_within_a_step_is_used_to_the_last_unit(billing, account):
    a_voucher(billing, account, usd("0.01"))

    use(billing, account, 7, "inference")  # 0.01407

    assert charged(billing) == [("voucher", Decimal("4.975"), usd("0.01")), ("owed", Decimal("2.025"), usd("0.00407"))]
