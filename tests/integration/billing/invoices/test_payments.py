from __future__ import annotations

import pytest

from billing.errors import CurrencyMismatch
from billing.invoices import service as invoices
from billing.invoices.models import InvoiceRow
from billing.ledger import service as ledger
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, an_account
from tests.builders.money import usd, yen


@pytest.fixture
def account(billing):
    """It has an invoice of 9.00 that is open."""
    account = an_account(billing)
    plan = a_plan(billing, account, payment_option="partial_upfront")
    with billing.database.transaction() as session:
        invoices.issue(session, session.get_one(Subscription, plan.id), billing.now())
    return account


def pay(billing, amount, key="full") -> None:
    with billing.database.transaction() as session:
        invoices.pay(session, session.get_one(InvoiceRow, 1), amount, at=billing.now(), key=key)


def open_amount(billing, account):
    with billing.database.snapshot() as session:
        return -ledger.balance(session, account, "receivable", "USD")


def test_a_deposit_leaves_the_remainder_open_until_it_is_paid(billing, account):
    assert billing.plan(account).payment_status == billing.invoices(account)[0].status == "unpaid"

    pay(billing, usd("2.70"), key="deposit")
    assert billing.plan(account).payment_status == billing.invoices(account)[0].status == "partly_paid"
    assert (billing.invoices(account)[0].paid, open_amount(billing, account)) == (usd("2.70"), usd("6.30"))

    pay(billing, usd("6.30"), key="remainder")
    assert billing.plan(account).payment_status == billing.invoices(account)[0].status == "paid"
    assert open_amount(billing, account) == usd(0)


def test_a_payment_is_taken_once(billing, account):
    pay(billing, usd(5), key="p-1")
    pay(billing, usd(5), key="p-1")

    assert (billing.invoices(account)[0].paid, open_amount(billing, account)) == (usd(5), usd(4))


def test_never_more_is_taken_than_is_open(billing, account):
    pay(billing, usd(50), key="p-1")
    pay(billing, usd(50), key="p-2")

    assert (billing.invoices(account)[0].paid, open_amount(billing, account)) == (usd(9), usd(0))


def test_a_payment_in_another_currency_is_refused(billing, account):
    with pytest.raises(CurrencyMismatch):
        pay(billing, yen(5))
    assert billing.invoices(account)[0].paid == usd(0)
