"""A prepared plan that is paid upfront by transfer is confirmed first, and begins with its payment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billing.errors import OfferAwaitsPayment, OfferExpired, OfferNotFound, PeriodInvalid
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.clock import at
from tests.builders.life import confirmed, do
from tests.builders.money import usd

TRANSFER = {"payment_method": "bank_transfer"}


@pytest.fixture
def account(billing, clock):
    clock.set("2026-03-01")
    return an_account(billing)


def pay(billing, account, amount=None, key="bank-1"):
    (invoice, *_) = billing.invoices(account)
    return billing.pay_invoice(account, invoice.number, amount, key=key)


def test_it_waits_for_the_price_and_begins_with_it(billing, account, clock):
    offered = billing.prepare_plan(account, "starter", "monthly", **TRANSFER)
    assert offered.begins.begins_once_paid

    receipt = do(billing, account, "confirm", offered.number)

    (invoice,) = billing.invoices(account)
    awaited = receipt.awaits_payment
    assert (awaited.amount, awaited.invoice, awaited.method) == (usd(9), invoice.number, "bank_transfer")
    assert billing.plan(account).status == "pending_confirmation"
    assert billing.plan(account).awaits_payment == awaited
    assert billing.balance(account).plan == usd(0)

    clock.forward(days=3)
    pay(billing, account)

    plan = billing.plan(account)
    assert (plan.status, plan.payment_status, plan.awaits_payment) == ("active", "paid", None)
    assert (plan.starts_on, plan.ends_on) == (date(2026, 3, 4), date(2026, 4, 3))
    assert billing.balance(account).plan == plan.amount
    assert billing.bill_due().issued == []
    assert billing.verify_ledger() == []


def test_the_deposit_is_enough_and_part_of_it_is_not(billing, account):
    confirmed(billing, account, "renderer", payment_option="partial_upfront", **TRANSFER)

    pay(billing, account, 29)
    assert billing.plan(account).awaits_payment.amount == usd(1)
    pay(billing, account, 1, key="bank-2")

    assert (billing.plan(account).status, billing.plan(account).payment_status) == ("active", "partly_paid")


def test_use_before_the_payment_is_charged_as_without_the_plan(billing, account):
    a_top_up(billing, account, 50)
    confirmed(billing, account, "starter", **TRANSFER)
    before = billing.balance(account).top_up

    use(billing, account, 1)

    assert billing.balance(account).top_up < before


def test_it_never_begins_before_its_day(billing, account, clock):
    offered = billing.prepare_plan(account, "starter", "monthly", starts_at=at("2026-04-10"), **TRANSFER)
    do(billing, account, "confirm", offered.number)
    pay(billing, account)

    assert billing.balance(account).plan == usd(0)
    clock.set("2026-04-10")
    assert (billing.plan(account).status, billing.balance(account).plan.units > 0) == ("active", True)


def test_it_begins_after_a_plan_that_was_agreed_meanwhile(billing, account, clock):
    confirmed(billing, account, "starter", **TRANSFER)
    confirmed(billing, account, "renderer", payment_method="card")
    (waiting,) = [period for period in billing.plan_periods(account) if period.awaits_payment]

    billing.pay_invoice(account, waiting.invoice, key="bank-1")

    first, second = sorted(billing.plan_periods(account), key=lambda period: period.starts_at)
    assert (first.plan, second.plan, second.starts_at) == ("renderer", "starter", first.ends_at)
    assert billing.verify_ledger() == []


@pytest.mark.parametrize("terms", [{}, {"payment_method": "card"}, {"payment_option": "pay_later", **TRANSFER}])
def test_by_invoice_by_a_card_that_settles_and_with_pay_later_it_begins_at_once(billing, account, terms):
    receipt = confirmed(billing, account, "starter", **terms)

    assert receipt.awaits_payment is None
    assert billing.plan(account).status == "active"


def test_a_confirmed_one_is_not_confirmed_or_changed_again(billing, account):
    receipt = confirmed(billing, account, "starter", **TRANSFER)

    with pytest.raises(OfferAwaitsPayment):
        billing.plan_confirm_terms(account, receipt.number)
    with pytest.raises(OfferAwaitsPayment):
        billing.prepare_plan(account, "renderer", "monthly", replaces=receipt.number)
    assert billing.plan_offer(account) is None


@pytest.mark.parametrize("by", ["customer", "operator"])
def test_it_is_given_up_with_a_credit_note_and_what_was_paid_is_credit(billing, account, by):
    receipt = confirmed(billing, account, "starter", **TRANSFER)
    pay(billing, account, 4)

    if by == "customer":
        billing.decline_plan(account, receipt.number, reason="price")
    else:
        billing.withdraw_offer(account, receipt.number)

    (note,) = billing.credit_notes(account)
    assert (note.total, note.refunded, billing.balance(account).top_up) == (usd(9), usd(4), usd(4))
    assert billing.plan(account) is None
    pay(billing, account, key="bank-2")  # money that comes all the same finds nothing open
    assert billing.plan(account) is None
    assert billing.verify_ledger() == []


def test_what_a_credit_note_takes_off_need_not_be_paid(billing, account):
    confirmed(billing, account, "starter", **TRANSFER)
    pay(billing, account, 5)
    (invoice,) = billing.invoices(account)

    billing.credit_invoice(invoice.number, reason="A discount", key="c-1", amount=4)

    assert billing.plan(account).status == "active"


def test_an_invoice_that_was_taken_back_as_a_whole_starts_nothing(billing, account):
    confirmed(billing, account, "starter", **TRANSFER)
    (invoice,) = billing.invoices(account)

    billing.credit_invoice(invoice.number, reason="A mistake", key="c-1")

    assert billing.plan(account).status == "pending_confirmation"


def test_an_offer_is_good_until_its_last_day(billing, account, clock):
    offered = billing.prepare_plan(account, "starter", "monthly", valid_until=date(2026, 3, 5))
    assert offered.valid_until == date(2026, 3, 5)
    clock.set("2026-03-05T23:59:59")
    assert billing.plan_offer(account) is not None

    clock.forward(seconds=1)

    with pytest.raises(OfferExpired):
        do(billing, account, "confirm", offered.number, checksum=offered.checksum)
    assert (billing.plan_offer(account), billing.plan(account)) == (None, None)
    assert [period.status for period in billing.plan_periods(account)] == ["expired"]
    with pytest.raises(OfferExpired):
        billing.why_no_offer(account)


def test_an_offer_is_good_for_thirty_days_where_nothing_is_said(billing, account, clock):
    offered = billing.prepare_plan(account, "starter", "monthly")

    assert offered.valid_until == clock.now.date() + timedelta(days=30)
    with pytest.raises(PeriodInvalid):
        billing.prepare_plan(account, "starter", "monthly", valid_until=date(2026, 2, 28))


def test_a_declined_offer_is_told_to_sales_once_with_its_reason(billing, account):
    offered = billing.prepare_plan(account, "starter", "monthly")

    first = billing.decline_plan(account, offered.number, reason="price")
    again = billing.decline_plan(account, offered.number, reason="another")

    assert first == again
    assert (first.reason, billing.declined_offers(), billing.declined_offers(account)) == ("price", [first], [first])
    assert [event["type"] for event in billing.undelivered()] == ["offer.declined"]
    assert billing.plan_offer(account) is None
    with pytest.raises(OfferNotFound):
        billing.decline_plan(account, "P-000099")
