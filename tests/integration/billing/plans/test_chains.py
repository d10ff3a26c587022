"""Period after period: none billed twice, none left out, through clock changes and short months, wherever one is."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.builders.accounts import an_account, use
from tests.builders.clock import at
from tests.builders.life import confirmed, do
from tests.builders.money import usd

ZONES = ["Asia/Tokyo", "Asia/Seoul", "Asia/Ho_Chi_Minh", "America/Los_Angeles"]
INSTANT = timedelta(microseconds=1)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("option", ["full_upfront", "pay_later"])
@pytest.mark.parametrize("zone", ZONES)
def test_no_period_is_billed_twice_or_left_out_east_of_utc_or_west_of_it(billing, clock, zone, option):
    clock.set(local("2027-12-31T00:00", zone))
    account = an_account(billing, time_zone=zone)
    confirmed(billing, account, payment_option=option)
    for _ in range(13):
        end = billing.plan_periods(account)[0].ends_at
        clock.set(end - timedelta(hours=1))
        use(billing, account, 1)
        do(billing, account, "renew")
        clock.set(end - INSTANT)
        assert billing.bill_due().issued == []
        clock.set(end)
        assert len(billing.bill_due().issued) == 1
        assert billing.bill_due().issued == []

    periods = billing.plan_periods(account)[::-1]
    days = [period.starts_at.strftime("%m-%d %H:%M") for period in periods]
    assert days == [f"{day} 00:00" for day in (
        "12-31", "01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30",
        "12-31", "01-31",
    )]  # fmt: skip
    assert all(one.ends_at == other.starts_at for one, other in pairwise(periods))
    billed = sorted((invoice.period.from_, invoice.period.to) for invoice in billing.invoices(account))
    assert len(billed) == (14 if option == "full_upfront" else 13)
    assert all(other[0] - one[1] == timedelta(days=1) for one, other in pairwise(billed))
    assert sum(invoice.total.units for invoice in billing.invoices(account)) == (
        14 * usd(9).units if option == "full_upfront" else 13 * usd("0.04").units
    )


@pytest.mark.parametrize("zone", ZONES)
def test_a_wall_clock_that_a_day_does_not_have_comes_back(billing, clock, zone):
    clock.set(local("2026-02-08T02:30", zone))  # 8 March has no half past two in Los Angeles
    account = an_account(billing, time_zone=zone)
    confirmed(billing, account)
    for _ in range(2):
        do(billing, account, "renew")
        clock.set(billing.plan_periods(account)[0].starts_at)

    first, second, third = billing.plan_periods(account)[::-1]
    assert second.starts_at == first.ends_at == local("2026-03-08T02:30", zone).astimezone(ZoneInfo("UTC"))
    assert third.starts_at == second.ends_at
    assert third.starts_at.strftime("%d %H:%M") == "08 02:30"


def test_a_bill_that_runs_a_year_late_bills_what_was_due_once(billing, clock):
    clock.set("2026-01-31")
    account = an_account(billing, time_zone="Asia/Tokyo", currency="JPY")
    confirmed(billing, account, payment_option="pay_later")
    use(billing, account, 10)
    clock.set(at("2026-02-20"))
    do(billing, account, "renew")
    clock.set("2027-02-20")

    run = billing.bill_due()

    assert len(run.issued) == 2
    assert [(str(i.period.from_), str(i.period.to)) for i in billing.invoices(account)] == [
        ("2026-02-28", "2026-03-31"),
        ("2026-01-31", "2026-02-28"),
    ]
    assert billing.invoices(account)[0].status == "paid"  # nothing was used
    assert (billing.bill_due().issued, billing.bill_due().settled) == ([], [])


def test_use_that_is_told_after_the_invoice_is_owed_once(billing, clock):
    clock.set("2026-03-01")
    account = an_account(billing)
    confirmed(billing, account, payment_option="pay_later")
    use(billing, account, 10)
    clock.set("2026-04-01")
    billing.bill_due()
    clock.set("2026-04-20")
    use(billing, account, 5, at=at("2026-03-31T23:00"))
    assert (billing.invoices(account)[0].total, billing.balance(account).owed) == (usd("0.40"), usd(0))
    clock.set(at("2026-05-05") - INSTANT)
    assert billing.bill_due().settled == []

    clock.set("2026-05-05")  # 34 days after the end nothing more can come
    assert len(billing.bill_due().settled) == 1
    assert billing.bill_due().settled == []
    assert (billing.invoices(account)[0].total, billing.balance(account).owed) == (usd("0.40"), usd("0.20"))
