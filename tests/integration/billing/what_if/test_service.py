"""What would be, if: entry for entry what really doing it posts, and nothing of the real database changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from billing.api import Billing, PlanChanges, ToppedUp, TrafficChanges, VoucherGone
from billing.config import Settings
from billing.errors import BillingError, PeriodInvalid, PlanNotFound, VoucherNotFound
from tests.builders.accounts import a_plan, a_top_up, a_voucher, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import NOON, SettableClock, at
from tests.builders.money import usd
from tests.builders.what_if import asked, comparable, digest, posted_since, really_do

_number = count(1)
DECEMBER = date(2026, 3, 20)


@pytest.fixture
def account(billing):
    found = an_account(billing)
    for back in range(1, 21):
        use(billing, found, 10, at=at("2026-03-10T15:00") - timedelta(days=back))
    return found


def test_ten_sessions_a_day_go_on_and_thirty_percent_more_cost_thirty_percent_more(billing, account):
    before = billing.balance(account).owed

    found = billing.what_if(account, [TrafficChanges(factor=Decimal("1.3"))], days=30)

    assert (found.basis, found.daily_use) == ("forecast", usd("0.50"))
    assert found.present.used == found.present.cost == usd(15)
    assert found.changed.cost == usd("19.50")
    assert found.dearer_by == usd("4.50")
    assert found.present.owed == before + usd(15)
    assert (str(found.period.from_), str(found.period.to)) == ("2026-03-10", "2026-04-08")


@pytest.mark.parametrize("factor", ["1.0007", "1.0011", "1.333", "0.7773"])
def test_the_difference_is_that_of_the_costs_as_they_are_said(billing, account, factor):
    found = billing.what_if(account, [TrafficChanges(factor=Decimal(factor))], days=29)

    assert found.changed.cost != found.changed.cost.rounded()
    assert found.dearer_by == found.changed.cost.rounded() - found.present.cost.rounded()


def test_traffic_changes_from_its_day_on_and_a_later_change_takes_its_place(billing, account):
    changes = [TrafficChanges(factor=Decimal(2), on=DECEMBER), TrafficChanges(factor=Decimal(0), on=date(2026, 3, 25))]

    # ten days of 0.50, five of 1.00, then nothing
    assert billing.what_if(account, changes, days=30).changed.used == usd(10)


def test_a_voucher_that_is_gone_is_paid_for_otherwise(billing, account):
    a_voucher(billing, account, usd(5))

    found = billing.what_if(account, [VoucherGone()], days=30)

    assert [(p.bucket, p.amount) for p in found.present.paid_by] == [("voucher", usd(5)), ("owed", usd(10))]
    assert [(p.bucket, p.amount) for p in found.changed.paid_by] == [("owed", usd(15))]
    assert (str(found.present.uncovered_on), str(found.changed.uncovered_on)) == ("2026-03-20", "2026-03-10")
    assert found.dearer_by == usd(5)


def test_a_plan_to_come_is_invoiced_and_pays_for_use_of_its_time(billing, account):
    found = billing.what_if(account, [PlanChanges(plan="starter", on=DECEMBER)], days=30)

    assert (found.changed.plan, str(found.changed.plan_ends_on)) == ("starter", "2026-04-19")
    assert found.changed.invoiced == usd(9)
    # ten days on demand, then its quota of a hundred sessions at 0.04, then on demand again
    assert [(p.bucket, p.amount) for p in found.changed.paid_by] == [("plan", usd(4)), ("owed", usd(10))]
    assert found.changed.cost == usd(19)


def test_a_top_up_pays_what_is_owed_first(billing, account):
    found = billing.what_if(account, [ToppedUp(amount=Decimal(25))], days=10)

    assert found.changed.topped_up == usd(25)
    assert found.changed.owed == usd(0)
    assert found.changed.available == usd(25) - usd(10) - usd(5)
    assert found.changed.cost == found.present.cost


def test_what_cannot_be_done_is_refused_as_doing_it_is(billing, account):
    for change, refusal in [
        (PlanChanges(plan="unheard-of"), PlanNotFound),
        (VoucherGone(voucher="V-999999"), VoucherNotFound),
        (ToppedUp(amount=Decimal(25), on=date(2026, 3, 9)), PeriodInvalid),
        (ToppedUp(amount=Decimal(25), on=date(2026, 4, 9)), PeriodInvalid),
    ]:
        with pytest.raises(refusal):
            billing.what_if(account, [change], days=30)
    for days in (0, 366):
        with pytest.raises(PeriodInvalid):
            billing.what_if(account, [], days=days)


def test_another_accounts_voucher_is_none_of_this_one(billing, account):
    voucher = a_voucher(billing, an_account(billing, "other"), usd(5))

    with pytest.raises(VoucherNotFound):
        billing.what_if(account, [VoucherGone(voucher=voucher.number)])


def test_without_use_nothing_is_expected(billing):
    found = billing.what_if(an_account(billing, "quiet"), [TrafficChanges(factor=Decimal(2))])

    assert (found.basis, found.changed.used, found.dearer_by) == ("none", usd(0), usd(0))


def test_equal_to_really_doing_it_on_both_databases_and_nothing_is_written(billing, clock, account):
    a_plan(billing, account, payment_option="pay_later")
    a_top_up(billing, account, 25)
    a_voucher(billing, account, usd(3), expires_at=at("2026-03-17"))
    changes = [TrafficChanges(factor=Decimal("1.3"), on=DECEMBER), VoucherGone(on=date(2026, 3, 15))]
    changes += [PlanChanges(plan="renderer", on=DECEMBER), ToppedUp(amount=Decimal(30), on=date(2026, 4, 1))]
    before, question = digest(billing), asked(billing, account, 60)

    course, entries = question.course(changes)

    assert digest(billing) == before
    really_do(billing, clock, question, changes)
    assert comparable(posted_since(billing, account, question.position)) == comparable(entries)
    assert billing.balance(account).available == course.available


def test_it_neither_waits_for_a_writer_nor_keeps_one_waiting(billing, account):
    """While a transaction holds the account, the question is answered; what it answers from is not the other's yet."""
    answered = []
    with billing.database.transaction() as session:
        from billing.accounts import service as accounts

        accounts.lock(session, account)
        ask = threading.Thread(target=lambda: answered.append(billing.what_if(account, [], days=10)))
        ask.start()
        ask.join(timeout=9)
    assert len(answered) == 1


# --- any account, any changes

days = st.none() | st.integers(0, 39).map(lambda n: NOON.date() + timedelta(days=n))
changes = st.lists(
    st.one_of(
        st.builds(TrafficChanges, factor=st.integers(0, 40).map(lambda n: Decimal(n) / 10), on=days),
        st.builds(VoucherGone, on=days),
        st.builds(
            PlanChanges,
            plan=st.sampled_from(["starter", "renderer"]),
            interval=st.sampled_from([None, "monthly", "yearly"]),
            on=days,
        ),
        st.builds(ToppedUp, amount=st.sampled_from([Decimal(25), Decimal("99.99")]), on=days),
    ),
    max_size=4,
)
histories = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(["bot_session", "gpu_container", "inference"]), st.integers(1, 90_000)
    ),
    max_size=25,
)
plans = st.none() | st.tuples(
    st.sampled_from(["starter", "renderer"]),
    st.sampled_from(["full_upfront", "partial_upfront", "pay_later"]),
    st.integers(0, 29),
)
zones = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Billing, SettableClock]]:
    """One database for all examples, an account each: opening one takes longer than what is tried on it."""
    folder, clock = tmp_path_factory.mktemp("many"), SettableClock()
    opened = Billing.open(Settings(database_url=f"sqlite:///{folder / 'billing.db'}"), clock=clock)
    opened.load_catalogue(a_catalogue(folder))
    yield opened, clock
    assert opened.verify_ledger() == []
    opened.close()


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(zone=zones, told=histories, plan=plans, top_up=st.booleans(), voucher=st.booleans(), changes=changes)
def test_what_would_be_is_entry_for_entry_what_is_once_it_is_done(many, zone, told, plan, top_up, voucher, changes):
    billing, clock = many
    clock.set(NOON)
    account = an_account(billing, f"many-{next(_number)}", time_zone=zone)
    if plan:
        name, option, days_ago = plan
        clock.set(NOON - timedelta(days=days_ago, hours=3))
        a_plan(billing, account, name, payment_option=option)
        clock.set(NOON)
    if top_up:
        a_top_up(billing, account, 40)
    if voucher:
        a_voucher(billing, account, usd(20), expires_at=NOON + timedelta(days=2), services=["gpu_container"])
    for hours, service, thousandths in told:
        use(billing, account, Decimal(thousandths) / 1000, service, at=NOON - timedelta(days=hours, hours=1))
    before, question = digest(billing), asked(billing, account, 40)

    try:
        course, entries = question.course(changes)
    except BillingError as refusal:
        event("refused")
        with pytest.raises(type(refusal)):
            really_do(billing, clock, question, changes)
        return

    assert digest(billing) == before
    really_do(billing, clock, question, changes)
    assert comparable(posted_since(billing, account, question.position)) == comparable(entries)
    clock.set(question.traffic.begin_of(question.traffic.day(40)) - timedelta(seconds=1))
    left = billing.balance(account)
    assert (left.available, left.owed) == (course.available, course.owed)
