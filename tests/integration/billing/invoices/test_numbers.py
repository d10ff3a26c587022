"""Numbers have no gaps, whatever fails or runs at once, and what was issued cannot be changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from billing.errors import BillingError
from billing.invoices import service as invoices
from billing.ledger import service as ledger
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, a_top_up, an_account
from tests.builders.money import usd
from tests.builders.threads import THREADS, at_once


def bill(billing, account, *, fail=False) -> str:
    plan = a_plan(billing, account)
    try:
        with billing.database.transaction() as session:
            number = invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number
            if fail:
                raise RuntimeError(number)
            return number
    finally:  # the next plan takes its place
        with billing.database.transaction() as session:
            session.get_one(Subscription, plan.id).ended_at = billing.now()


def test_an_invoice_that_was_rolled_back_leaves_no_gap(billing):
    account = an_account(billing)

    assert bill(billing, account) == "INV-2026-000001"
    for _ in range(3):
        with pytest.raises(RuntimeError, match="INV-2026-000002"):
            bill(billing, account, fail=True)
    assert bill(billing, account) == "INV-2026-000002"


def test_each_year_is_a_series_of_its_own_by_the_accounts_calendar(billing, clock):
    clock.set("2026-12-31T20:00")
    tokyo = an_account(billing, "sakura", currency="JPY", time_zone="Asia/Tokyo")
    utc = an_account(billing)

    assert [bill(billing, account) for account in (utc, tokyo, utc)] == [
        "INV-2026-000001",
        "INV-2027-000001",
        "INV-2026-000002",
    ]


def test_invoices_issued_at_once_are_numbered_without_gaps(billing):
    for number in range(THREADS):
        an_account(billing, f"account-{number}")

    def issue(number):
        found = []
        for n in range(3):
            try:
                found.append(bill(billing, f"account-{number}", fail=n == 1))
            except RuntimeError:
                continue
        return found

    numbers = sorted(number for found in at_once(issue) for number in found)

    assert numbers == [f"INV-2026-{n:06d}" for n in range(1, 2 * THREADS + 1)]


def test_a_period_invoiced_in_many_threads_is_one_invoice(billing):
    account = an_account(billing)
    plan = a_plan(billing, account)

    def issue(session):
        return invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number

    assert set(at_once(lambda _: billing.database.run(issue))) == {"INV-2026-000001"}


def test_an_invoice_paid_in_many_threads_is_paid_once(billing):
    """A wallet settled twice at once: one payment repeated, and several payments that race for what is open."""
    account = an_account(billing)
    number = bill(billing, account)

    def pay(thread):
        for key in ("same", f"other-{thread}"):
            with billing.database.transaction() as session:
                invoice = invoices.find(session, account, number)  # read before the account is locked
                invoices.pay(session, invoice, usd(4), at=billing.now(), key=key)

    at_once(pay)

    assert (billing.invoice(account, number).paid, billing.invoice(account, number).status) == (usd(9), "paid")
    with billing.database.snapshot() as session:
        assert ledger.balance(session, account, "receivable", "USD") == usd(0)
        assert ledger.balance(session, account, "clearing", "USD", "invoice") == usd(-9)


def test_a_transfer_and_an_invoice_settled_at_once_move_each_amount_once(billing):
    account = an_account(billing)
    number = bill(billing, account)
    transfer = a_top_up(billing, account, 50, method="bank_transfer")

    def settle(thread):
        if thread % 2:
            return billing.confirm_transfer(transfer.id).status
        try:
            return billing.credit_invoice(number, amount=Decimal(9), reason="r", key=f"c-{thread}").number
        except BillingError as error:
            return error.code

    outcomes = at_once(settle)

    assert sorted(outcomes) == ["CN-2026-000001"] + ["completed"] * 4 + ["credit_exceeds_invoice"] * 3
    assert (billing.balance(account).top_up, billing.invoice(account, number).due) == (usd(50), usd(0))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice SET total = total + 1",
        "UPDATE invoice SET number = 'INV-2026-000009'",
        "UPDATE invoice SET customer = 'Somebody Else'",
        "UPDATE invoice SET due_on = '2030-01-01', paid = 1",
        "DELETE FROM invoice",
        "UPDATE invoice_line SET units = units + 1",
        "DELETE FROM invoice_line",
        "UPDATE credit_note SET total = total + 1",
        "DELETE FROM credit_note",
        "UPDATE credit_note_line SET units = 0",
        "DELETE FROM credit_note_line",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(billing, statement):
    account = an_account(billing)
    number = bill(billing, account)
    billing.credit_invoice(number, amount=Decimal(4), reason="r", key="c-1")
    before = billing.invoice(account, number)

    with (
        pytest.raises(sa.exc.DBAPIError, match=r"immutable|append-only"),
        billing.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)

    assert billing.invoice(account, number) == before
