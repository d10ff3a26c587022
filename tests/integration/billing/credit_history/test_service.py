from __future__ import annotations

from datetime import timedelta

import pytest

from billing.vouchers import service as vouchers
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.clock import at
from tests.builders.money import usd


@pytest.fixture
def account(billing):
    return an_account(billing, time_zone="America/New_York")


def test_what_happened_is_told_newest_first_with_signs(billing, clock, account):
    a_plan(billing, account)
    clock.forward(hours=1)
    a_voucher(billing, account, usd(3))
    clock.forward(hours=1)
    a_top_up(billing, account, 25)
    clock.forward(hours=1)
    use(billing, account, 10)

    told = [
        (entry.kind, entry.service, entry.bucket, entry.amount) for entry in billing.credit_history(account).entries
    ]

    assert told == [
        ("usage", "bot_session", "plan", usd("-0.4")),
        ("top_up", None, "top_up", usd(25)),
        ("voucher", None, "voucher", usd(3)),
        ("plan", None, "plan", usd(10)),
    ]


def test_the_use_of_a_day_is_one_entry_for_each_service_and_bucket(billing, clock, account):
    clock.set("2026-03-10T08:00")
    a_voucher(billing, account, usd("0.3"))
    clock.set("2026-03-10T12:00")
    for hour in (1, 2, 3):
        use(billing, account, 4, at=at(f"2026-03-10T{8 + hour:02}:00"))
    use(billing, account, 1, "gpu_container", at=at("2026-03-10T10:30"))

    used = [entry for entry in billing.credit_history(account).entries if entry.kind == "usage"]

    assert sorted((entry.service, entry.bucket, entry.amount.plain()) for entry in used) == [
        ("bot_session", "owed", "-0.30"),
        ("bot_session", "voucher", "-0.30"),
        ("gpu_container", "owed", "-2.40"),
    ]


def test_a_day_is_the_accounts_day(billing, account):
    for moment in ("2026-03-09T03:59", "2026-03-09T04:00", "2026-03-10T03:59"):  # midnight of 9 March there
        use(billing, account, 1, at=at(moment))

    entries = billing.credit_history(account).entries

    assert [(entry.at.date().day, entry.amount) for entry in entries] == [(9, usd("-0.1")), (8, usd("-0.05"))]
    assert entries[0].at.utcoffset() == timedelta(hours=-4)


def test_the_entries_add_up_to_the_balance(billing, clock, account):
    fill(billing, clock, account)

    entries = billing.credit_history(account, limit=100).entries

    balance = billing.balance(account)
    for bucket, left in (("top_up", balance.top_up), ("voucher", balance.voucher_total), ("owed", -balance.owed)):
        assert sum(entry.amount.units for entry in entries if entry.bucket == bucket) == left.units


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_no_entry_is_lost_or_told_twice_at_any_page_size(billing, clock, zone):
    account = an_account(billing, "paged", time_zone=zone)
    fill(billing, clock, account)
    whole = billing.credit_history(account, limit=100)
    assert whole.next_cursor is None
    assert len({entry.id for entry in whole.entries}) == len(whole.entries) > 20

    for limit in (1, 2, 3, 7, len(whole.entries) - 1, len(whole.entries), 100):
        assert list(paged(billing, account, limit)) == whole.entries, f"limit {limit}"


def test_use_recorded_between_two_pages_loses_no_older_entry(billing, clock, account):
    fill(billing, clock, account)
    whole = billing.credit_history(account, limit=100).entries
    first = billing.credit_history(account, limit=5)

    clock.forward(days=1)
    use(billing, account, 1)
    a_top_up(billing, account, 25)

    rest = billing.credit_history(account, limit=100, cursor=first.next_cursor)
    assert [*first.entries, *rest.entries] == whole


def test_a_limit_is_at_least_one_and_at_most_a_hundred(billing, clock, account):
    with billing.database.transaction() as session:
        for number in range(101):
            vouchers.credit(session, account, usd(1), at=clock.now, key=f"v-{number}")

    assert len(billing.credit_history(account, limit=-5).entries) == 1
    assert len(billing.credit_history(account, limit=0).entries) == 1
    page = billing.credit_history(account, limit=1000)
    assert (len(page.entries), page.next_cursor) == (100, page.entries[-1].id)


def test_a_cursor_that_is_not_ours_reads_from_the_newest(billing, account):
    a_top_up(billing, account, 25)
    newest = billing.credit_history(account)

    for cursor in ("", "0", "nonsense", "-", "' OR 1=1", "20261", "2026-03-10", "0" * 20 + "-x"):
        assert billing.credit_history(account, cursor=cursor) == newest, cursor


@pytest.mark.parametrize("year", ["9999", "0001"])
def test_a_cursor_at_the_end_of_the_calendar_is_answered(billing, year):
    account = an_account(billing, "far", time_zone="Asia/Tokyo" if year == "9999" else "America/New_York")
    a_top_up(billing, account, 25)
    cursor = f"{year}{'1231' if year == '9999' else '0101'}000000000000-000000000001-plan"

    assert len(billing.credit_history(account, cursor=cursor).entries) <= 1


def fill(billing, clock, account):
    """A week in which everything happens, several things at one instant."""
    for _ in range(7):
        a_top_up(billing, account, 25)
        a_voucher(billing, account, usd("0.1"))
        use(billing, account, 3)
        use(billing, account, 2, "gpu_container")
        use(billing, account, 20, "gpu_container")
        clock.forward(hours=23)


def paged(billing, account, limit):
    cursor = None
    while True:
        page = billing.credit_history(account, limit=limit, cursor=cursor)
        assert len(page.entries) <= limit
        yield from page.entries
        cursor = page.next_cursor
        if cursor is None:
            return


def test_an_event_that_is_split_is_seen_in_each_bucket_that_paid(billing, account):
    a_plan(billing, account)
    a_top_up(billing, account, 25)
    a_voucher(billing, account, usd(3))
    use(billing, account, 100 + 60 + 500 + 7)

    entries = [entry for entry in billing.credit_history(account).entries if entry.kind == "usage"]

    assert {(entry.service, entry.bucket): entry.amount for entry in entries} == {
        ("bot_session", "plan"): usd(-4),
        ("bot_session", "voucher"): usd(-3),
        ("bot_session", "top_up"): usd(-25),
        ("bot_session", "owed"): usd("-0.35"),
    }
