"""Money that goes back: refunds by operators and from the provider's dashboard, and disputes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import (
    AmountTooFine,
    CreditInsufficient,
    NoteInvalid,
    PaymentNotRefundable,
    RefundKeyReused,
    RefundTooLarge,
)
from tests.builders.accounts import use
from tests.builders.money import usd
from tests.builders.payments import asked, paid, told, webhook


@pytest.fixture
def payment(billing, stripe, account):
    return paid(billing, stripe, account, 50)


def refund(billing, payment, amount=None, *, key="r-1", **more):
    given = None if amount is None else Decimal(amount)
    return billing.refund_payment(payment, given, reason="asked for", key=key, **more)


def refunds_of(stripe, billing, payment):
    intent = billing.payment_detail(payment).reference
    return [each for each in stripe.get("refunds", limit="100")["data"] if each["payment_intent"] == intent]


def a_dispute(billing, payment, status, *, amount=5000, reference="dp_1"):
    intent = billing.payment_detail(payment).reference
    terms = {"amount": amount, "currency": "usd", "reason": "fraudulent", "payment_intent": intent}
    return {"id": reference, "object": "dispute", "status": status, **terms}


def test_a_refund_goes_back_once_and_comes_off_the_credit(billing, stripe, account, payment):
    first, again = refund(billing, payment, "20.50"), refund(billing, payment, "20.50")

    assert first == again
    assert (first.state, first.amount) == ("succeeded", usd("20.50"))
    assert [each["amount"] for each in refunds_of(stripe, billing, payment)] == [2050]
    assert billing.balance(account).top_up == usd("29.50")
    assert billing.payment(payment).refunded == usd("20.50")
    entry = next(entry for entry in billing.credit_history(account).entries if entry.kind == "refund")
    assert entry.amount == usd("-20.50")
    assert [entry.action for entry in billing.audit_trail(subject=payment)] == ["payment.refund"]


def test_no_more_goes_back_than_was_paid_however_it_is_asked_for(billing, stripe, account, payment):
    refund(billing, payment, 30)

    with pytest.raises(RefundTooLarge) as refused:
        refund(billing, payment, "20.01", key="r-2")
    assert refused.value.values["available"] == usd(20)
    assert refund(billing, payment, key="r-3").amount == usd(20)
    with pytest.raises(RefundTooLarge):
        refund(billing, payment, key="r-4")
    assert sum(each["amount"] for each in refunds_of(stripe, billing, payment)) == 5000


def test_credit_that_was_used_is_not_sent_back_unless_forced_and_is_owed_then(billing, account, payment):
    use(billing, account, 400)  # 20 USD

    with pytest.raises(CreditInsufficient) as refused:
        refund(billing, payment)
    refund(billing, payment, force=True)

    assert refused.value.values["available"] == usd(30)
    balance = billing.balance(account)
    assert (balance.top_up, balance.owed) == (usd(0), usd(20))


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [(Decimal("1.005"), "x", AmountTooFine), (Decimal(1), " ", NoteInvalid), (Decimal(1), "x" * 501, NoteInvalid)],
)
def test_a_refund_that_cannot_be_leaves_nothing(billing, payment, amount, reason, refusal):
    with pytest.raises(refusal):
        billing.refund_payment(payment, amount, reason=reason, key="r-1")

    assert billing.payment_detail(payment).refunds == []


def test_a_key_belongs_to_one_refund(billing, payment):
    refund(billing, payment, 10)

    with pytest.raises(RefundKeyReused):
        refund(billing, payment, 11)


def test_what_was_not_paid_cannot_go_back(billing, account):
    receipt = asked(billing, account)

    with pytest.raises(PaymentNotRefundable):
        refund(billing, receipt.payment.id)


def test_a_refund_that_fails_at_the_bank_is_credit_again_once(billing, stripe, account, payment):
    refund(billing, payment, 20)
    [thing] = refunds_of(stripe, billing, payment)

    for event in ("evt_f1", "evt_f2"):
        webhook(billing, stripe, "refund.failed", thing | {"status": "failed"}, event)
    webhook(billing, stripe, "refund.updated", thing)

    assert billing.payment_detail(payment).refunds[0].state == "failed"
    assert billing.balance(account).top_up == usd(50)
    assert billing.payment(payment).refunded == usd(0)
    assert refund(billing, payment, 50, key="r-2").amount == usd(50)


def test_a_refund_of_the_dashboard_is_found_by_webhook_or_by_asking_and_counted_once(billing, stripe, account, payment):
    intent = billing.payment_detail(payment).reference
    thing = stripe.post("refunds", {"payment_intent": intent, "amount": 700})

    billing.reconcile_payments()
    for _ in range(2):
        webhook(billing, stripe, "refund.created", thing)

    assert billing.balance(account).top_up == usd(43)
    assert [each.amount for each in billing.payment_detail(payment).refunds] == [usd(7)]


def test_refunds_beyond_the_payment_are_shown_to_a_person_and_not_posted(billing, stripe, account, payment):
    refund(billing, payment, 45)
    intent = billing.payment_detail(payment).reference
    thing = stripe.post("refunds", {"payment_intent": intent, "amount": 5000})

    assert webhook(billing, stripe, "refund.created", thing) == "review"

    assert billing.balance(account).top_up == usd(5)
    assert billing.payment_detail(payment).notes == [f"{thing['id']}: 50.00 USD went back, of 5.00 USD that was left"]


def test_a_dispute_holds_the_amount_and_a_won_one_gives_it_back(billing, stripe, account, payment):
    webhook(billing, stripe, "charge.dispute.created", a_dispute(billing, payment, "needs_response"))
    held = billing.balance(account)
    with pytest.raises(RefundTooLarge):
        refund(billing, payment)
    for _ in range(2):
        webhook(billing, stripe, "charge.dispute.closed", a_dispute(billing, payment, "won"))
    webhook(billing, stripe, "charge.dispute.updated", a_dispute(billing, payment, "under_review"))

    assert held.top_up == usd(0)
    assert billing.balance(account).top_up == usd(50)
    assert [each.state for each in billing.payment_detail(payment).disputes] == ["won"]


def test_a_lost_dispute_stays_away_also_where_its_opening_was_never_heard(billing, stripe, account, payment):
    use(billing, account, 400)  # 20 USD

    webhook(billing, stripe, "charge.dispute.closed", a_dispute(billing, payment, "lost", amount=4000))
    webhook(billing, stripe, "charge.dispute.created", a_dispute(billing, payment, "needs_response", amount=4000))

    balance = billing.balance(account)
    assert (balance.top_up, balance.owed) == (usd(0), usd(10))
    assert [each.state for each in billing.payment_detail(payment).disputes] == ["lost"]


def test_an_inquiry_holds_nothing(billing, stripe, account, payment):
    webhook(billing, stripe, "charge.dispute.created", a_dispute(billing, payment, "warning_needs_response"))

    assert billing.balance(account).top_up == usd(50)
    assert [each.state for each in billing.payment_detail(payment).disputes] == ["inquiry"]


def test_a_refund_told_before_its_payment_is_written_after_it(billing, stripe, account, clock):
    receipt = asked(billing, account)
    billing.payment_session(receipt.payment.id)
    intent = billing.payment_detail(receipt.payment.id).reference
    stripe.pays(intent)
    thing = stripe.post("refunds", {"payment_intent": intent, "amount": 5000})

    webhook(billing, stripe, "refund.created", thing)
    clock.forward(minutes=1)
    billing.reconcile_payments()

    assert billing.balance(account).top_up == usd(0)
    assert billing.payment(receipt.payment.id).refunded == usd(50)
    assert told(billing, stripe, "succeeded", intent) == "applied"
    assert billing.payment(receipt.payment.id).settled_at - billing.now() <= timedelta(0)
