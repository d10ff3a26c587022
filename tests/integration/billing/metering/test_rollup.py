"""What is kept by day is what the charges add up to, however they came; and what is read from it is what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing.api import Billing, ConversationMoment, NewUsage, Period
from billing.config import Settings
from billing.invoices import service as invoices
from billing.ledger.models import LedgerTransaction
from billing.metering.models import UsageCharge, UsageDay, UsageEvent
from billing.money import Money
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock, at
from tests.builders.money import usd
from tests.integration.billing.metering.conftest import Copies

NOW = at("2026-11-03T12:00")
"""Two days after clocks were set back in America, a month after Lord Howe set them forward by half an hour."""
ZONES = ("America/New_York", "America/Havana", "Asia/Tokyo", "Australia/Lord_Howe")
SERVICES = ("bot_session", "gpu_container", "inference")
instants = st.one_of(
    st.integers(-20, 4 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.integers(0, 20_000).map(lambda quarters: NOW - timedelta(minutes=15 * quarters, microseconds=1)),
    st.sampled_from([at("2026-11-01T04:00"), at("2026-11-01T05:00"), at("2026-10-03T15:30"), at("2026-10-31T15:00")]),
)
heads = {
    "source": st.just("meter"),
    "id": st.integers(1, 60).map(str),
    "account": st.sampled_from(ZONES),
    "time": instants,
}
usages = st.builds(
    NewUsage,
    **heads,
    service=st.sampled_from(SERVICES),
    quantity=st.integers(-1, 60_000).map(lambda thousandths: Decimal(thousandths) / 1000),
)
moments = st.builds(
    ConversationMoment,
    **heads,
    conversation=st.sampled_from(["c-1", "c-2", "c-3"]),
    moment=st.sampled_from(["started", "ended"]),
)
batches = st.lists(st.lists(usages | usages | moments, min_size=1, max_size=25), min_size=1, max_size=8)

Key = tuple[str, date, str, str, str]


@pytest.fixture(scope="module")
def fresh(copies: Copies) -> Callable[[], Billing]:
    """A function that opens billing on a database of its own, with an account in each zone."""
    return copies(prepare, NOW)


def prepare(address: str, folder: Path) -> None:
    billing = Billing.open(Settings(database_url=address), clock=SettableClock(NOW - timedelta(days=20)))
    billing.load_catalogue(a_catalogue(folder))
    for number, zone in enumerate(ZONES):
        account = an_account(billing, zone, time_zone=zone)
        if number != 2:
            a_plan(billing, account, payment_option="pay_later")
        a_voucher(billing, account, usd(3), key=f"v-1 {zone}")
        a_voucher(billing, account, usd(2), services=["inference"], key=f"v-2 {zone}")
        a_top_up(billing, account, 25, key=f"t {zone}")
    billing.close()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(parts=batches, again=st.booleans())
def test_days_and_what_is_read_from_them_are_the_sums_of_the_charges(fresh, parts, again):
    billing = fresh()
    for part in [*parts, *parts[: len(parts) * again]]:
        billing.record_usage(part, any_age=True)

    sums = summed(billing)
    assert kept(billing) == sums
    for account in ZONES:
        reports_are_the_sums(billing, account, sums)
        credit_history_is_the_sums(billing, account)
        invoices_are_the_sums(billing, account, sums)
    assert billing.verify_ledger() == []


def kept(billing: Billing) -> dict[Key, tuple[int, int]]:
    with billing.database.snapshot() as session:
        rows = session.scalars(sa.select(UsageDay)).all()
    return {(row.account_id, row.day, row.service, row.bucket, row.ref): (row.quantity, row.units) for row in rows}


def charged(billing: Billing) -> list[tuple[UsageEvent, UsageCharge]]:
    with billing.database.snapshot() as session:
        query = sa.select(UsageEvent, UsageCharge).join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        return [(event, charge) for event, charge in session.execute(query)]


def summed(billing: Billing) -> dict[Key, tuple[int, int]]:
    sums: dict[Key, tuple[int, int]] = {}
    for event, charge in charged(billing):
        day = event.at.astimezone(ZoneInfo(event.account_id)).date()
        key = (event.account_id, day, event.service, charge.bucket, charge.ref)
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + charge.quantity, before[1] + charge.units)
    return sums


def reports_are_the_sums(billing: Billing, account: str, sums: dict[Key, tuple[int, int]]) -> None:
    today = NOW.astimezone(ZoneInfo(account)).date()
    whole = Period.model_validate({"from": today - timedelta(days=400), "to": today})
    own = {key: sum_ for key, sum_ in sums.items() if key[0] == account}
    report = billing.usage(account, whole)

    assert report.spend.units == sum(units for _, units in own.values())
    assert {service.service: service.quantity * 1000 for service in report.services} == by(own, 2, 0)
    assert {day.day: day.spend.units for day in report.days if day.spend} == {
        day: units for day, units in by(own, 1, 1).items() if units
    }
    usage = billing.service_usage(account)
    within = {key: sum_ for key, sum_ in own.items() if usage.period.from_ <= key[1] <= usage.period.to}
    assert {service.service: service.spent.units for service in usage.services if service.spent} == {
        service: units for service, units in by(within, 2, 1).items() if units
    }


def credit_history_is_the_sums(billing: Billing, account: str) -> None:
    """Every day's use of a service by bucket, where the newest transaction stands in which it paid."""
    expected: dict[tuple[date, str, str], tuple[datetime, int, int]] = {}
    with billing.database.snapshot() as session:
        posted = {row.id: row.at for row in session.scalars(sa.select(LedgerTransaction))}
    for event, charge in charged(billing):
        if event.account_id == account and charge.units:
            key = (event.at.astimezone(ZoneInfo(account)).date(), event.service, charge.bucket)
            before = expected.get(key, (NOW - timedelta(days=999), 0, 0))
            place = max(before[:2], (posted[event.transaction_id], event.transaction_id))
            expected[key] = (*place, before[2] - charge.units)

    told, cursor = [], None
    while True:
        page = billing.credit_history(account, limit=7, cursor=cursor)
        told += page.entries
        cursor = page.next_cursor
        if cursor is None:
            break
    used = [entry for entry in told if entry.kind == "usage"]
    assert [entry.id for entry in told] == sorted({entry.id for entry in told}, reverse=True)
    assert {
        (entry.at.date(), entry.service, entry.bucket): (
            entry.at.astimezone(UTC),
            int(entry.id.split("-")[1]),
            entry.amount.units,
        )
        for entry in used
    } == expected
    assert len(used) == len(expected)
    assert len(told) - len(used) >= 3


def invoices_are_the_sums(billing: Billing, account: str, sums: dict[Key, tuple[int, int]]) -> None:
    with billing.database.snapshot() as session:
        for row in session.scalars(sa.select(Subscription).where(Subscription.account_id == account)):
            paid = {key: sum_ for key, sum_ in sums.items() if key[3:] == ("plan", row.ref)}
            assert invoices.used_by(session, row) == [
                (service, quantity, Money(by(paid, 2, 1)[service], "USD"))
                for service, quantity in sorted(by(paid, 2, 0).items())
            ]


def by(sums: dict[Key, tuple[int, int]], column: int, figure: int) -> dict[object, int]:
    found: dict[object, int] = defaultdict(int)
    for key, sum_ in sums.items():
        found[key[column]] += sum_[figure]
    return dict(found)
