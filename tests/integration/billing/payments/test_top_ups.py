"""Top-ups through the provider: credited by its word, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import CardNotFound, PaymentNotFound, PaymentUnderWay, RechargeKeyReused, WebhookInvalid
from billing.payments.providers.base import Unanswered
from billing.payments.providers.stripe import Stripe
from tests.builders.accounts import an_account, use
from tests.builders.localstripe import ASKS, ASKS_THEN_DECLINED, DECLINED, GOOD
from tests.builders.money import usd
from tests.builders.payments import a_saved_card, asked, intent_of, paid, told, webhook


def test_a_top_up_waits_for_the_customer_and_costs_no_call_until_they_come(billing, stripe, account):
    before = len(stripe.calls)

    receipt = asked(billing, account, 50)

    assert (receipt.status, receipt.provider, receipt.reference) == ("pending", "stripe", None)
    assert (receipt.payment.state, receipt.payment.number, receipt.payment.amount) == ("waiting", receipt.id, usd(50))
    assert receipt.payment.expires_at - receipt.payment.created_at == timedelta(hours=24)
    assert len(stripe.calls) == before
    assert billing.balance(account).pending_top_ups == usd(50)
    assert billing.balance(account).top_up == usd(0)


def test_the_page_gets_what_it_needs_of_one_intent_however_often_it_is_opened(billing, stripe, account):
    receipt = asked(billing, account)

    first, again = (billing.payment_session(receipt.payment.id) for _ in range(2))

    assert first == again
    assert first.client_secret.startswith("pi_")
    assert (first.publishable_key, first.state) == (stripe.publishable_key, "waiting")
    [made] = [
        call for call in stripe.calls if call.path == "/v1/payment_intents" and call.form.get("amount") == "5000"
    ][-1:]
    assert made.key.startswith("payment-")
    assert made.form["currency"] == "usd"


def test_money_is_credited_by_the_signed_webhook_and_by_nothing_before_it(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    stripe.pays(intent, GOOD)

    assert billing.balance(account).top_up == usd(0)
    assert told(billing, stripe, "succeeded", intent) == "applied"

    assert billing.balance(account).top_up == usd(50)
    assert billing.payment(receipt.payment.id, account).state == "succeeded"
    done = billing.recharge(account, amount=receipt.amount.amount, currency=None, method="card", key="other-key")
    assert done.id != receipt.id
    assert billing.payment_session(receipt.payment.id).client_secret is None


def test_an_event_that_comes_again_changes_nothing(billing, stripe, account):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent, GOOD)

    outcomes = [told(billing, stripe, "succeeded", intent, "evt_once") for _ in range(3)]

    assert outcomes == ["applied", "repeated", "repeated"]
    assert billing.balance(account).top_up == usd(50)


def test_news_of_another_event_for_what_was_paid_changes_nothing(billing, stripe, account):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent, GOOD)
    late = stripe.get(f"payment_intents/{intent}") | {"status": "requires_payment_method"}
    late["last_payment_error"] = {"code": "card_declined"}

    told(billing, stripe, "succeeded", intent)
    told(billing, stripe, "succeeded", intent)
    webhook(billing, stripe, "payment_intent.payment_failed", late)
    webhook(billing, stripe, "payment_intent.canceled", late | {"status": "canceled"})

    assert billing.balance(account).top_up == usd(50)
    assert billing.payments(account)[0].state == "succeeded"


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda body, signature: (body + b" ", signature),
        lambda body, signature: (body, signature.replace("v1=", "v1=0")),
        lambda body, signature: (body, ""),
        lambda body, signature: (body, "t=1"),
        lambda body, signature: (b"\xff", signature),
    ],
)
def test_a_webhook_that_is_not_the_providers_is_refused_and_leaves_nothing(billing, stripe, account, spoilt):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent, GOOD)
    body = stripe.event("payment_intent.succeeded", stripe.get(f"payment_intents/{intent}"))
    signature = stripe.signed(body, at=billing.now().timestamp())["Stripe-Signature"]

    with pytest.raises(WebhookInvalid):
        billing.take_provider_event(*spoilt(body, signature))

    assert billing.balance(account).top_up == usd(0)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_webhook_signed_at_another_time_is_refused(billing, stripe, account, minutes):
    body = stripe.event("payment_intent.succeeded", {"id": "pi_1"})
    sent = billing.now().timestamp() + minutes * 60

    with pytest.raises(WebhookInvalid):
        billing.take_provider_event(body, stripe.signed(body, at=sent)["Stripe-Signature"])


@pytest.mark.parametrize("kind", ["customer.created", "payment_intent.created", "invoice.paid"])
def test_events_that_say_nothing_of_ours_are_taken_and_ignored(billing, stripe, kind):
    thing = {"id": "pi_unknown", "status": "succeeded", "amount": 1, "currency": "usd", "metadata": {"payment": "x"}}

    assert webhook(billing, stripe, kind, thing) == "ignored"


def test_a_lost_webhook_is_made_good_by_asking_the_provider(billing, stripe, account, clock):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent, GOOD)

    assert billing.reconcile_payments().asked == 0
    clock.forward(minutes=11)
    found = billing.reconcile_payments()

    assert (found.asked, found.changed, found.failed) == (1, 1, 0)
    assert billing.balance(account).top_up == usd(50)
    assert told(billing, stripe, "succeeded", intent) == "applied"
    assert billing.balance(account).top_up == usd(50)


def test_a_declined_card_says_so_and_another_pays_the_same_payment(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    assert stripe.pays(intent, DECLINED).status_code == 402

    told(billing, stripe, "payment_failed", intent)
    declined = billing.payment(receipt.payment.id)
    session = billing.payment_session(receipt.payment.id)
    stripe.pays(intent, GOOD)
    told(billing, stripe, "succeeded", intent)

    assert (declined.state, declined.failure) == ("failed", "declined")
    assert session.client_secret.startswith(intent)
    assert billing.payment(receipt.payment.id).state == "succeeded"
    assert billing.balance(account).top_up == usd(50)


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("insufficient_funds", "insufficient_funds"),
        ("expired_card", "card_expired"),
        ("incorrect_cvc", "card_details_wrong"),
        ("do_not_honor", "declined"),
    ],
)
def test_why_a_card_was_declined_is_told_by_a_stable_code(billing, stripe, account, code, failure):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    thing = stripe.get(f"payment_intents/{intent}")
    thing["last_payment_error"] = {"code": "card_declined", "decline_code": code}

    webhook(billing, stripe, "payment_intent.payment_failed", thing)

    assert billing.payment(receipt.payment.id).failure == failure


def test_3d_secure_pays_once_the_customer_answered_their_bank(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)

    assert stripe.pays(intent, ASKS).json()["status"] == "succeeded"
    told(billing, stripe, "succeeded", intent)

    assert billing.payment(receipt.payment.id).state == "succeeded"


def test_money_in_another_amount_is_shown_to_a_person_and_never_credited(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    stripe.pays(intent, GOOD)
    thing = stripe.get(f"payment_intents/{intent}")

    assert webhook(billing, stripe, "payment_intent.succeeded", thing | {"amount_received": 4900}) == "review"
    assert webhook(billing, stripe, "payment_intent.succeeded", thing | {"currency": "eur"}) == "review"

    assert billing.balance(account).top_up == usd(0)
    detail = billing.payment_detail(receipt.payment.id)
    assert (detail.payment.state, detail.payment.failure) == ("processing", "amount_differs")
    assert detail.notes == ["49.00 USD came instead of 50.00 USD", "another currency came instead of 50.00 USD"]
    assert "payment.amount_differs" in [entry.action for entry in billing.audit_trail(subject=receipt.payment.id)]


def test_a_payment_can_be_given_up_and_its_top_up_with_it(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)

    given_up = billing.cancel_payment(receipt.payment.id, account)

    assert given_up.state == "cancelled"
    assert stripe.get(f"payment_intents/{intent}")["status"] == "canceled"
    assert billing.balance(account).pending_top_ups == usd(0)
    assert billing.payment_session(receipt.payment.id).client_secret is None
    assert billing.cancel_payment(receipt.payment.id, account).state == "cancelled"


def test_money_that_was_paid_before_it_was_given_up_is_the_customers(billing, stripe, account):
    receipt = asked(billing, account)
    stripe.pays(intent_of(billing, receipt), GOOD)

    assert billing.cancel_payment(receipt.payment.id, account).state == "succeeded"

    assert billing.balance(account).top_up == usd(50)


def test_what_nobody_paid_in_a_day_expires(billing, stripe, account, clock):
    opened, unopened = asked(billing, account), asked(billing, account, 60)
    intent = intent_of(billing, opened)

    clock.forward(hours=24, minutes=1)
    assert billing.payment_session(opened.payment.id).state == "expired"
    billing.reconcile_payments()

    assert {payment.state for payment in billing.payments(account)} == {"expired"}
    assert stripe.get(f"payment_intents/{intent}")["status"] == "canceled"
    assert billing.payment(unopened.payment.id).state == "expired"
    assert billing.balance(account).pending_top_ups == usd(0)


def test_money_that_comes_for_an_expired_payment_is_credited(billing, stripe, account, clock):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    thing = stripe.get(f"payment_intents/{intent}") | {"status": "succeeded"}
    clock.forward(hours=25)
    billing.reconcile_payments()

    webhook(billing, stripe, "payment_intent.succeeded", thing)

    assert billing.payment(receipt.payment.id).state == "succeeded"
    assert billing.balance(account).top_up == usd(50)


def test_a_saved_card_is_named_by_the_terms_and_charged_without_the_customer(billing, stripe, account):
    card = a_saved_card(billing, stripe, account)
    terms = billing.top_up_terms(account, Decimal(50), None, "card")

    receipt = asked(billing, account, 50, card=terms.card.id)
    charged = [call for call in stripe.calls if call.path == "/v1/payment_intents"][-1]

    assert (terms.card.id, terms.card.brand, terms.card.last4, terms.card.expires) == (card, "visa", "4242", "2034-12")
    assert (charged.form["off_session"], charged.form["confirm"]) == ("true", "true")
    assert receipt.payment.state == "processing"
    assert receipt.payment.card.id == card
    assert billing.balance(account).top_up == usd(0)
    told(billing, stripe, "succeeded", billing.payment_detail(receipt.payment.id).reference)
    assert billing.balance(account).top_up == usd(50)


def test_a_saved_card_whose_bank_asks_for_the_customer_leaves_a_payment_for_them(billing, stripe, account):
    card = a_saved_card(billing, stripe, account, ASKS)

    receipt = asked(billing, account, card=card)

    assert (receipt.payment.state, receipt.payment.failure) == ("waiting", "authentication_required")
    session = billing.payment_session(receipt.payment.id)
    intent = billing.payment_detail(receipt.payment.id).reference
    assert session.client_secret.startswith(intent)
    assert stripe.pays(intent, ASKS).json()["status"] == "succeeded"
    told(billing, stripe, "succeeded", intent)
    assert billing.balance(account).top_up == usd(50)


def test_a_saved_card_that_is_declined_leaves_a_payment_that_another_can_pay(billing, stripe, account):
    receipt = asked(billing, account, card=a_saved_card(billing, stripe, account, DECLINED))

    assert (receipt.payment.state, receipt.payment.failure) == ("failed", "declined")
    intent = billing.payment_detail(receipt.payment.id).reference
    assert billing.payment_session(receipt.payment.id).client_secret.startswith(intent)
    stripe.pays(intent, GOOD)
    told(billing, stripe, "succeeded", intent)
    assert billing.balance(account).top_up == usd(50)


def test_the_same_key_asks_once(billing, stripe, account):
    card = a_saved_card(billing, stripe, account)

    first, again = (asked(billing, account, key="k-1", card=card) for _ in range(2))

    assert first.payment.id == again.payment.id
    with pytest.raises(RechargeKeyReused):
        asked(billing, account, 60, key="k-1")


def test_nobody_sees_or_cancels_anothers_payment(billing, account):
    other, receipt = an_account(billing, "other"), asked(billing, account)

    with pytest.raises(PaymentNotFound):
        billing.payment(receipt.payment.id, other)
    with pytest.raises(PaymentNotFound):
        billing.cancel_payment(receipt.payment.id, other)
    assert billing.payments(other) == []


def test_what_is_owed_is_paid_first(billing, stripe, account):
    use(billing, account, 100)
    owed = billing.balance(account).owed

    paid(billing, stripe, account, 50)

    assert owed == usd(5)
    assert billing.balance(account).top_up == usd(45)


def test_a_payment_under_way_cannot_be_given_up(billing, stripe, account):
    receipt = asked(billing, account)
    thing = stripe.get(f"payment_intents/{intent_of(billing, receipt)}") | {"status": "processing"}
    webhook(billing, stripe, "payment_intent.processing", thing)

    with pytest.raises(PaymentUnderWay):
        billing.cancel_payment(receipt.payment.id, account)


def test_a_card_of_another_account_cannot_be_charged(billing, stripe, account):
    card = a_saved_card(billing, stripe, an_account(billing, "other"))

    with pytest.raises(CardNotFound):
        asked(billing, account, card=card)


def test_a_charge_declined_after_3d_secure_says_so(billing, stripe, account):
    receipt = asked(billing, account)
    intent = intent_of(billing, receipt)
    stripe.pays(intent, ASKS_THEN_DECLINED)

    told(billing, stripe, "payment_failed", intent)

    assert billing.payment(receipt.payment.id).failure == "declined"


def test_a_provider_that_is_down_is_not_asked_about_everything_and_nothing_is_lost(
    billing, stripe, account, clock, monkeypatch
):
    card = a_saved_card(billing, stripe, account)
    calls = []

    def down(*given):
        calls.append(given)
        raise Unanswered("down")

    monkeypatch.setattr(Stripe, "start", down)
    receipts = [asked(billing, account, card=card) for _ in range(8)]
    clock.forward(minutes=11)
    del calls[:]
    outage = billing.reconcile_payments()
    monkeypatch.undo()
    clock.forward(hours=1)
    back = billing.reconcile_payments()

    assert {receipt.payment.state for receipt in receipts} == {"created"}
    assert (outage.failed, len(calls)) == (5, 5)
    assert (back.asked, back.changed, back.failed) == (8, 8, 0)
