"""A plan is confirmed on exactly the terms that were seen, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import OfferNotFound, PaymentDeclined, PlanKeyReused, PlanNotFound, TermsChanged
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import at
from tests.builders.life import confirmed, do, key
from tests.builders.money import usd


@pytest.fixture
def account(billing, clock):
    clock.set("2026-03-01")
    return an_account(billing)


def test_an_offer_tells_all_its_terms(billing, account):
    billing.prepare_plan(
        account, "renderer", "monthly", payment_option="partial_upfront", payment_method="card", actor="operator:ann"
    )

    told = billing.plan_offer(account)

    period = told.begins
    assert (told.action, told.plan, told.effective, period.starts) == ("confirm", "renderer", "now", "now")
    assert (str(period.starts_on), str(period.ends_on)) == ("2026-03-01", "2026-03-31")
    assert (period.price, period.amount, period.services) == (usd("99.99"), usd(120), ["gpu_container"])
    assert (period.rates, period.quotas) == ({"gpu_container": usd("2.4")}, {})
    assert (period.deposit, period.due_now, period.due_later) == (usd("30.00"), usd("30.00"), usd("69.99"))
    assert (str(period.due_now_on), str(period.due_on), period.pause_days) == ("2026-03-11", "2026-03-31", 30)
    assert (period.payment_option, period.payment_method) == ("partial_upfront", "card")
    assert billing.plan(account).status == "pending_confirmation"


def test_a_confirmed_offer_is_in_force_invoiced_and_its_deposit_paid_by_card(billing, account):
    receipt = confirmed(billing, account, "renderer", payment_option="partial_upfront", payment_method="card")

    plan, (invoice,) = billing.plan(account), billing.invoices(account)
    assert (plan.status, plan.payment_status, billing.balance(account).plan) == ("active", "partly_paid", usd(120))
    assert (invoice.number, invoice.total, invoice.paid, invoice.deposit) == (
        receipt.invoice, usd("99.99"), usd(30), usd(30),
    )  # fmt: skip
    assert billing.plan_offer(account) is None


def test_a_confirmation_repeated_is_one_and_its_key_is_good_for_nothing_else(billing, account, clock):
    offered = billing.prepare_plan(account, "starter", "monthly")
    first = do(billing, account, "confirm", offered.number, checksum=offered.checksum, by="k-1")
    clock.forward(days=2)

    again = do(billing, account, "confirm", offered.number, checksum=offered.checksum, by="k-1")

    assert again == first == billing.plan_receipt_of(account, "k-1")
    assert len(billing.invoices(account)) == 1
    with pytest.raises(PlanKeyReused):
        do(billing, account, "pause", by="k-1")
    with pytest.raises(OfferNotFound):
        do(billing, account, "confirm", offered.number, checksum=offered.checksum)


def test_a_changed_offer_needs_a_new_confirmation(billing, account):
    seen = billing.prepare_plan(account, "starter", "monthly")
    changed = billing.prepare_plan(account, "starter", "yearly", replaces=seen.number)
    assert changed.number == seen.number

    with pytest.raises(TermsChanged):
        do(billing, account, "confirm", seen.number, checksum=seen.checksum, by="k-1")

    assert billing.plan(account).status == "pending_confirmation"
    assert do(billing, account, "confirm", seen.number, checksum=changed.checksum, by="k-1").number == seen.number
    assert billing.plan(account).interval == "yearly"


def test_an_on_demand_price_that_rose_meanwhile_is_seen_first(billing, account, tmp_path):
    seen = billing.prepare_plan(account, "starter", "monthly")
    billing.load_catalogue(a_catalogue(tmp_path, dearer=('rates: {USD: "2.4"', 'rates: {USD: "2.5"')))

    with pytest.raises(TermsChanged):
        do(billing, account, "confirm", seen.number, checksum=seen.checksum)


def test_an_offer_that_begins_at_confirmation_can_be_confirmed_later_and_one_with_a_day_only_until_then(
    billing, account, clock
):
    open_ended = billing.prepare_plan(account, "starter", "monthly")
    clock.forward(days=3)
    do(billing, account, "confirm", open_ended.number, checksum=open_ended.checksum)
    assert str(billing.plan(account).starts_on) == "2026-03-04"

    other = an_account(billing, "other")
    dated = billing.prepare_plan(other, "starter", "monthly", starts_at=clock.now + timedelta(days=1))
    clock.forward(days=1)
    with pytest.raises(TermsChanged):
        do(billing, other, "confirm", dated.number, checksum=dated.checksum)


def test_an_offer_confirmed_while_a_plan_runs_begins_where_that_ends(billing, account, clock):
    confirmed(billing, account)
    offered = billing.prepare_plan(account, "renderer", "monthly")
    assert (offered.effective, str(offered.effective_on)) == ("period_end", "2026-04-01")

    do(billing, account, "confirm", offered.number)

    plan = billing.plan(account)
    assert (plan.plan, plan.status, plan.next.plan) == ("starter", "active", "renderer")
    clock.set("2026-04-01")
    assert (billing.plan(account).plan, billing.plan(account).status) == ("renderer", "active")


def test_an_offer_withdrawn_or_of_somebody_else_is_not_there(billing, account):
    offered = billing.prepare_plan(account, "starter", "monthly")
    an_account(billing, "other")
    with pytest.raises(OfferNotFound):
        do(billing, "other", "confirm", offered.number)

    billing.withdraw_offer(account, offered.number)

    assert billing.plan(account) is None
    with pytest.raises(OfferNotFound):
        billing.plan_confirm_terms(account, offered.number)
    with pytest.raises(OfferNotFound):
        billing.withdraw_offer(account, offered.number)


def test_an_offer_is_prepared_once_per_key(billing, account):
    first = billing.prepare_plan(account, "starter", "monthly", key="o-1")

    assert billing.prepare_plan(account, "starter", "monthly", key="o-1") == first
    assert len(billing.plan_offers(account)) == 1
    with pytest.raises(PlanKeyReused):
        billing.prepare_plan(account, "renderer", "monthly", key="o-1")
    with pytest.raises(PlanNotFound):
        billing.prepare_plan(account, "platinum", "monthly")


def test_a_declined_card_leaves_the_offer_waiting(billing, account, tmp_path):
    billing.load_catalogue(a_catalogue(tmp_path, unlucky=('price: {USD: "9"', 'price: {USD: "9.13"')))
    offered = billing.prepare_plan(account, "starter", "monthly", payment_method="card")

    with pytest.raises(PaymentDeclined):
        do(billing, account, "confirm", offered.number, by="k-1")

    assert billing.plan(account).status == "pending_confirmation"
    assert (billing.invoices(account), billing.plan_receipt_of(account, "k-1")) == ([], None)


def test_every_step_is_in_the_audit_trail(billing, account):
    from billing.audit import service as audit

    confirmed(billing, account, actor="operator:ann")
    do(billing, account, "pause", by=key())

    with billing.database.snapshot() as session:
        trail = [(row.actor, row.action) for row in audit.trail(session, subject=account)]
    assert trail == [
        (f"customer:{account}", "plan.pause"),
        (f"customer:{account}", "plan.confirm"),
        ("operator:ann", "plan.prepare"),
        ("operator:cli", "account.create"),
    ]


def test_what_is_open_is_overdue_after_its_day_and_loses_no_use(billing, account, clock):
    confirmed(billing, account, "renderer", payment_option="partial_upfront")
    (invoice,) = billing.invoices(account)
    clock.set("2026-03-11T23:59")
    assert (billing.plan(account).payment_status, str(billing.plan(account).due_on)) == ("unpaid", "2026-03-11")
    clock.set("2026-03-12")
    assert billing.plan(account).payment_status == billing.invoices(account)[0].status == "overdue"
    assert billing.plan(account).status == "active"

    assert billing.pay_invoice(account, invoice.number, Decimal(30), key="p-1").status == "partly_paid"
    assert billing.pay_invoice(account, invoice.number, Decimal(30), key="p-1").paid == usd(30)
    assert billing.pay_invoice(account, invoice.number, key="p-2").status == "paid"
    clock.set(at("2026-12-01"))
    assert billing.invoices(account)[0].status == "paid"
