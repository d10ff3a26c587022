"""Upgrades now, downgrades and cancellations at the period's end, undone before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing.errors import (
    NothingToUndo,
    PlanAlreadyRenewed,
    PlanCancelled,
    PlanChangePending,
    PlanPaused,
    PlanUnchanged,
    TermsChanged,
)
from billing.ledger import service as ledger
from tests.builders.accounts import a_top_up, an_account, use
from tests.builders.clock import at
from tests.builders.life import confirmed, do, terms
from tests.builders.money import usd

START = at("2026-03-01")


@pytest.fixture
def account(billing, clock):
    clock.set(START)
    return an_account(billing)


def test_an_upgrade_begins_now_and_credits_the_unused_rest_by_the_smaller_share(billing, clock, account):
    confirmed(billing, account, payment_method="card")  # 9.00 for 10.00
    clock.set("2026-03-11T12:00")  # 20 whole days of 31 are left, all of the amount
    told = terms(billing, account, "change", "renderer")
    assert (told.effective, told.credited, told.lost) == ("now", usd("5.81"), usd(10))  # 9 × 20/31 = 5.806…

    receipt = do(billing, account, "change", "renderer", checksum=told.checksum)

    assert (receipt.credited, billing.plan(account).plan) == (usd("5.81"), "renderer")
    new, old = billing.invoices(account)
    assert (old.status, new.number, new.total, new.paid) == ("paid", receipt.invoice, usd("99.99"), usd("99.99"))
    assert str(billing.plan(account).ends_on) == "2026-04-11"  # at noon
    with billing.database.snapshot() as session:
        sums = {kind: ledger.balance(session, account, kind, "USD") for kind in ("plan_credit", "receivable")}
        paid = ledger.balance(session, account, "clearing", "USD", "invoice")
    assert (sums["plan_credit"], sums["receivable"]) == (usd(0), usd(0))
    assert paid == -usd("103.18")  # 9.00 and 99.99 less 5.81


def test_the_credit_is_no_more_than_the_share_of_the_amount_that_is_left(billing, clock, account):
    confirmed(billing, account)
    use(billing, account, "3.1", "gpu_container")  # 7.44 of 10.00: 25.6 % are left
    told = terms(billing, account, "change", "renderer")
    assert told.credited == usd("2.25")  # 9 × 25 %
    use(billing, account, 1, "bot_session")
    assert terms(billing, account, "change", "renderer").checksum == told.checksum

    use(billing, account, "0.1", "gpu_container")

    with pytest.raises(TermsChanged):
        do(billing, account, "change", "renderer", checksum=told.checksum)


def test_what_the_old_plan_did_not_pay_is_settled_first_and_the_rest_is_top_up_credit(billing, clock, account):
    confirmed(billing, account, "starter", "yearly", payment_option="partial_upfront", payment_method="card")
    clock.forward(hours=12)  # 364 of 365 days are left: 90 × 364/365 = 89.75
    do(billing, account, "change", "renderer", "monthly")

    new, old = billing.invoices(account)
    assert (old.total, old.paid) == (usd(90), usd(90))  # the deposit of 27, then 63 of the credit
    assert new.paid == usd("30.00")  # the deposit asks for 30.00: the other 26.75, and 3.25 by card
    assert billing.balance(account).top_up == usd(0)


def test_use_of_before_an_upgrade_is_charged_to_the_plan_of_its_time_as_far_as_it_was_not_credited(
    billing, clock, account
):
    confirmed(billing, account)
    clock.set("2026-03-11T12:00")
    do(billing, account, "change", "renderer")

    use(billing, account, 10, at=at("2026-03-10"))

    assert billing.balance(account).owed == usd(0)
    assert billing.plan(account).used == usd(0)
    use(billing, account, 10)  # the renderer covers no sessions
    assert billing.balance(account).owed == usd("0.5")


def test_a_plan_paid_later_credits_nothing_and_is_billed_for_its_use(billing, clock, account):
    confirmed(billing, account, payment_option="pay_later")
    use(billing, account, 10)
    clock.forward(days=1)
    assert terms(billing, account, "change", "renderer").credited == usd(0)
    do(billing, account, "change", "renderer")

    assert len(billing.bill_due().issued) == 1
    (invoice,) = billing.invoices(account)
    assert (invoice.total, str(invoice.period.to)) == (usd("0.40"), "2026-03-01")


def test_a_downgrade_waits_for_the_periods_end_and_can_be_undone_before(billing, clock, account):
    confirmed(billing, account, "renderer")
    told = terms(billing, account, "change", "starter")
    assert (told.effective, str(told.effective_on), told.credited) == ("period_end", "2026-04-01", None)
    do(billing, account, "change", "starter")
    assert (billing.plan(account).plan, billing.plan(account).next.plan) == ("renderer", "starter")
    for action in (["change", "starter", "yearly"], ["renew"]):
        with pytest.raises(PlanChangePending):
            terms(billing, account, *action)

    assert do(billing, account, "undo").undoes == "change"

    assert billing.plan(account).next is None
    with pytest.raises(NothingToUndo):
        do(billing, account, "undo")
    do(billing, account, "change", "starter")
    clock.set("2026-04-01")
    assert (billing.plan(account).plan, billing.balance(account).plan) == ("starter", usd(10))
    with pytest.raises(NothingToUndo):
        terms(billing, account, "undo")


def test_a_cancelled_plan_ends_with_its_period_and_is_told_what_is_lost_and_kept(billing, clock, account):
    confirmed(billing, account)
    a_top_up(billing, account, 25)
    do(billing, account, "renew")
    told = terms(billing, account, "cancel")
    assert (told.lost, told.kept, told.undoes, str(told.ends_on)) == (usd(10), usd(25), "renew", "2026-03-31")

    do(billing, account, "cancel")

    for action in (["cancel"], ["renew"], ["change", "renderer"]):
        with pytest.raises(PlanCancelled):
            terms(billing, account, *action)
    clock.set("2026-03-31")
    plan = billing.plan(account)
    assert (plan.status, plan.cancelled, plan.next) == ("active", True, None)
    assert do(billing, account, "undo").undoes == "cancel"
    assert billing.plan(account).status == "pending_renewal"
    do(billing, account, "cancel")
    clock.set("2026-04-01")
    assert (billing.plan(account).status, billing.balance(account).top_up) == ("expired", usd(25))
    assert do(billing, account, "renew").effective == "now"  # who comes back is welcome


def test_a_renewal_is_one_however_often_it_is_asked_for(billing, clock, account):
    confirmed(billing, account)
    clock.set("2026-03-31")
    assert billing.plan(account).status == "pending_renewal"
    first = do(billing, account, "renew", by="k-1")
    assert do(billing, account, "renew", checksum=first.terms_checksum, by="k-1") == first
    with pytest.raises(PlanAlreadyRenewed) as refused:
        do(billing, account, "renew")
    assert str(refused.value.values["starts_on"]) == "2026-04-01"
    assert (billing.plan(account).status, str(billing.plan(account).next.ends_on)) == ("active", "2026-04-30")
    assert len(billing.invoices(account)) == 1

    clock.set("2026-04-01")

    assert (billing.plan(account).status, billing.balance(account).plan) == ("active", usd(10))
    assert len(billing.bill_due().issued) == 1
    assert billing.bill_due().issued == []


def test_a_plan_that_ended_is_renewed_now_and_a_second_asking_meets_other_terms(billing, clock, account):
    confirmed(billing, account, "renderer")
    use(billing, account, 50, "gpu_container")
    clock.forward(hours=1)
    told = terms(billing, account, "renew")
    assert (told.effective, billing.plan(account).ended_by) == ("now", "amount")
    do(billing, account, "renew", checksum=told.checksum)

    with pytest.raises(TermsChanged):
        do(billing, account, "renew", checksum=told.checksum)

    assert (billing.plan(account).status, billing.balance(account).plan) == ("active", usd(120))
    assert str(billing.plan(account).ends_on) == "2026-04-01"


def test_after_a_plan_ended_any_plan_begins_now_without_credit(billing, clock, account):
    confirmed(billing, account, "renderer")
    use(billing, account, 50, "gpu_container")
    clock.forward(hours=1)

    told = terms(billing, account, "change", "starter")
    do(billing, account, "change", "starter")

    assert (told.effective, told.credited) == ("now", usd(0))
    assert billing.plan(account).plan == "starter"


def test_a_change_to_the_same_plan_or_of_a_paused_one_is_refused(billing, clock, account):
    confirmed(billing, account)
    with pytest.raises(PlanUnchanged):
        terms(billing, account, "change", "starter")
    assert terms(billing, account, "change", "starter", "yearly").effective == "now"
    clock.forward(days=1)
    do(billing, account, "pause")
    with pytest.raises(PlanPaused):
        terms(billing, account, "change", "renderer")
    assert terms(billing, account, "cancel").effective == "period_end"
    clock.forward(days=30)
    assert terms(billing, account, "change", "renderer").effective == "now"
    assert clock.now == START + timedelta(days=31)
