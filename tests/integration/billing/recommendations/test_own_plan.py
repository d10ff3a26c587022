"""The own plan priced again is what was charged, and what was invoiced: to the last digit, and to the coin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.api import Billing
from billing.config import Settings
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.metering.models import UsageCharge, UsageEvent
from billing.money import Money
from billing.plans.models import Subscription
from billing.recommendations.audit import price_again
from tests.builders.accounts import a_plan, a_top_up, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock, at
from tests.builders.demo import demo_database

_number = count(1)


@pytest.fixture(scope="module", params=["2026-03-08T07:30", "2026-11-01T06:30"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billing]:
    url = demo_database(tmp_path_factory.mktemp("demo") / "billing.db", at(request.param))
    opened = Billing.open(Settings(database_url=url), clock=SettableClock(at(request.param)))
    yield opened
    opened.close()


def charged(session: Session, row: Subscription) -> dict[str, tuple[int, int]]:
    """What the plan's period paid, by service."""
    query = (
        sa.select(UsageEvent.service, sa.func.sum(UsageCharge.quantity), sa.func.sum(UsageCharge.units))
        .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
        .where(UsageEvent.account_id == row.account_id, UsageCharge.bucket == "plan", UsageCharge.ref == row.ref)
        .group_by(UsageEvent.service)
    )
    rows = session.execute(query)
    return {service: (int(quantity), int(units)) for service, quantity, units in rows}


def charged_elsewhere(session: Session, row: Subscription) -> Money:
    """What was charged to credit or owed for use within the plan's period."""
    query = (
        sa.select(sa.func.sum(UsageCharge.units))
        .join(UsageEvent, UsageEvent.id == UsageCharge.usage_event_id)
        .where(UsageEvent.account_id == row.account_id, UsageEvent.at >= row.starts_at, UsageEvent.at < row.ends_at)
        .where(UsageCharge.bucket != "plan")
    )
    return Money(int(session.scalar(query) or 0), row.currency)


def lines(session: Session, row: Subscription) -> dict[str | None, Money] | None:
    """The lines of the period's invoice by service; None while there is none."""
    invoice = session.scalar(sa.select(InvoiceRow).where(InvoiceRow.subscription_id == row.id))
    if invoice is None:
        return None
    found = session.scalars(sa.select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == invoice.id))
    return {line.service: Money(line.units, row.currency) for line in found}


def test_every_period_of_the_demo_priced_again_is_what_was_charged_and_invoiced(demo):
    invoiced = 0
    with demo.database.snapshot() as session:
        for row in session.scalars(sa.select(Subscription).where(Subscription.confirmed_at.is_not(None))):
            priced = price_again(session, session.get_one(AccountRow, row.account_id), row)
            assert priced.covered == charged(session, row), (row.account_id, row.starts_at)
            assert priced.overage == charged_elsewhere(session, row)
            told = lines(session, row)
            if told is None:
                continue
            invoiced += 1
            if row.payment_option == "pay_later":
                assert told == {service: money.rounded() for service, money in priced.lines.items()}
            else:
                assert told == {None: Money(row.price, row.currency)}
    assert invoiced >= 20


events = st.lists(
    st.tuples(
        st.sampled_from(["bot_session", "gpu_container", "inference"]),
        st.integers(1, 150_000),
        st.integers(-3 * 24, 40 * 24),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billing]:
    """One database for all examples, an account each: opening one takes longer than what is tried on it."""
    folder = tmp_path_factory.mktemp("own")
    opened = Billing.open(Settings(database_url=f"sqlite:///{folder / 'billing.db'}"), clock=SettableClock())
    opened.load_catalogue(a_catalogue(folder))
    yield opened
    opened.close()


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(told=events)
def test_a_period_priced_again_is_what_was_charged_however_use_came_in(own, told):
    account = an_account(own, f"own-{next(_number)}")
    begins = own.now() - timedelta(days=45)
    row = a_plan(own, account, starts_at=begins)
    a_top_up(own, account, 25)
    for service, thousandths, hours in told:  # late and out of order
        use(own, account, Decimal(thousandths) / 1000, service, at=begins + timedelta(hours=hours))

    with own.database.snapshot() as session:
        row = session.get_one(Subscription, row.id)
        priced = price_again(session, session.get_one(AccountRow, account), row)
        assert priced.covered == charged(session, row)
        assert priced.overage == charged_elsewhere(session, row)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(told=events, late=events, option=st.sampled_from(["full_upfront", "partial_upfront", "pay_later"]))
def test_the_own_plan_reproduces_its_invoice_to_the_minor_unit_however_late_use_came(own, told, late, option):
    account = an_account(own, f"own-{next(_number)}")
    begins = own.now() - timedelta(days=45)
    a_plan(own, account, starts_at=begins, payment_option=option)
    for service, thousandths, hours in told:
        use(own, account, Decimal(thousandths) / 1000, service, at=begins + timedelta(hours=hours))
    assert own.bill_due().failed == []
    for service, thousandths, hours in late:  # after the invoice, which stays as it is
        use(own, account, Decimal(thousandths) / 1000, service, at=begins + timedelta(hours=hours))

    [period] = own.own_periods(account)

    [invoice] = own.invoices(account)
    assert period.priced == {line.service or "plan_price": line.amount for line in invoice.lines if line.amount}
    assert Money.total(period.priced.values(), "USD") == invoice.total
    assert period.agrees


def test_every_invoice_of_the_demo_agrees_until_the_terms_are_tampered_with(demo):
    periods = [period for account in demo.accounts() for period in demo.own_periods(account.id)]
    assert len(periods) >= 20
    assert all(period.agrees for period in periods)

    def with_rates(of: str, rates: dict[str, str]) -> tuple[list[bool], dict[str, str]]:
        with demo.database.transaction() as session:
            row = session.get_one(Subscription, int(of.removeprefix("P-")))
            before, row.terms = row.terms["rates"], {**row.terms, "rates": rates}
            account = row.account_id
        return [period.agrees for period in demo.own_periods(account)], before

    number = next(period.number for period in periods if "plan_price" not in period.priced)
    told, rates = with_rates(number, {"bot_session": "1"})
    assert told.count(False) == 1
    assert all(with_rates(number, rates)[0])
