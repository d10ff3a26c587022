"""A process killed between any two statements: charged, credited and sent back once by whoever goes on."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing.payments.providers.base import Unanswered
from billing.payments.providers.stripe import Stripe
from tests.builders.crashes import killed_at_every_statement
from tests.builders.money import usd
from tests.builders.payments import a_saved_card, asked, intent_of, paid, told


@pytest.fixture(autouse=True)
def now(clock):
    clock.set(datetime.now(UTC))  # the other process lives by the real clock


def killed(billing, stripe, change, **environment):
    return killed_at_every_statement(billing.database.url, change, os.environ | stripe.environment | environment)


def unheard(call, *, kept=False):
    """The call, of which the answer is lost; `kept`: it is a failure that stays with the key."""

    def lost(*given):
        call(*given)
        raise Unanswered("lost", kept=kept)

    return lost


def intents_of(billing, stripe, account):
    reference = billing.payment_details(account_id=account)[0].reference
    customer = stripe.get(f"payment_intents/{reference}")["customer"]
    return [each for each in stripe.get("payment_intents", limit="100")["data"] if each["customer"] == customer]


def test_a_charge_killed_at_any_statement_is_made_once(billing, stripe, account):
    a_saved_card(billing, stripe, account)

    kills, last = killed(billing, stripe, "charge")

    assert len(kills) >= 5
    keys = [call.key for call in stripe.calls if (call.method, call.path) == ("POST", "/v1/payment_intents")]
    assert keys[-1] == keys[-2], "asked for again by who came after one that died before it wrote the answer"
    assert (last["payment"], last["top_up"], last["ledger_transaction"]) == (1, 1, 0)
    [intent] = intents_of(billing, stripe, account)
    assert intent["status"] == "succeeded"
    told(billing, stripe, "succeeded", intent["id"])
    assert billing.balance(account).top_up == usd(50)


def test_a_webhook_killed_at_any_statement_leaves_nothing_and_credits_once_when_it_comes_again(
    billing, stripe, account
):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent)
    body = stripe.event("payment_intent.succeeded", stripe.get(f"payment_intents/{intent}"))
    signature = stripe.signed(body)["Stripe-Signature"]

    kills, last = killed(billing, stripe, "webhook", WEBHOOK=body.decode(), WEBHOOK_SIGNATURE=signature)

    assert len(kills) >= 5
    assert all((kill["provider_event"], kill["ledger_transaction"]) == (0, 0) for kill in kills)
    assert (last["provider_event"], last["ledger_transaction"], last["ledger_entry"]) == (1, 1, 2)
    assert billing.balance(account).top_up == usd(50)


def test_an_event_in_many_threads_and_the_reconciler_beside_them_credit_once(billing, stripe, account, clock):
    intent = intent_of(billing, asked(billing, account))
    stripe.pays(intent)
    clock.forward(minutes=11)

    def any_of(number):
        if number % 2:
            return billing.reconcile_payments().failed
        return told(billing, stripe, "succeeded", intent, f"evt_{number % 3}")

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(any_of, range(12)))

    assert set(outcomes) <= {"applied", "repeated", 0}
    assert billing.balance(account).top_up == usd(50)


def test_a_charge_asked_for_by_two_at_once_is_made_once(billing, stripe, account):
    card = a_saved_card(billing, stripe, account)

    with ThreadPoolExecutor(4) as threads:
        receipts = list(threads.map(lambda _: asked(billing, account, key="k-1", card=card), range(4)))

    assert len({receipt.payment.id for receipt in receipts}) == 1
    assert len(intents_of(billing, stripe, account)) == 1


@pytest.mark.parametrize("hours", [1, 23.5])
def test_a_refund_whose_answer_was_lost_is_found_before_it_is_asked_for_again(
    billing, stripe, account, clock, monkeypatch, hours
):
    payment = paid(billing, stripe, account)
    monkeypatch.setattr(Stripe, "refund", unheard(Stripe.refund))
    billing.refund_payment(payment, reason="asked for", key="r-1")
    monkeypatch.undo()
    before = len(stripe.calls)

    clock.forward(hours=hours)
    billing.reconcile_payments()

    assert [each.state for each in billing.payment_detail(payment).refunds] == ["succeeded"]
    assert not [call for call in stripe.calls[before:] if call.method == "POST"]


def test_the_same_charge_can_be_looked_for_after_the_provider_forgot_its_key(
    billing, stripe, account, clock, monkeypatch
):
    a_saved_card(billing, stripe, account)
    [card] = billing.saved_cards(account)
    monkeypatch.setattr(Stripe, "start", unheard(Stripe.start))
    receipt = asked(billing, account, card=card.id)
    monkeypatch.undo()
    with billing.database.engine.begin() as connection:  # as though the reconciler had not run for a day
        long_ago = (clock.now - timedelta(hours=30)).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.exec_driver_sql("UPDATE payment SET tried_at = ?", (long_ago,))

    clock.forward(minutes=30)
    billing.reconcile_payments()

    assert receipt.payment.state == "created"
    assert len(intents_of(billing, stripe, account)) == 1
    assert billing.balance(account).top_up == usd(50)


def test_a_refund_that_was_made_and_answered_with_a_failure_is_not_made_again_under_another_key(
    billing, stripe, account, monkeypatch
):
    payment = paid(billing, stripe, account)
    monkeypatch.setattr(Stripe, "refund", unheard(Stripe.refund, kept=True))
    first = billing.refund_payment(payment, Decimal(20), reason="asked for", key="r-1")
    monkeypatch.undo()

    again = billing.refund_payment(payment, Decimal(20), reason="asked for", key="r-1")

    assert (first.state, again.state) == ("created", "succeeded")
    intent = billing.payment_detail(payment).reference
    sent = [each for each in stripe.get("refunds", limit="100")["data"] if each["payment_intent"] == intent]
    assert [each["amount"] for each in sent] == [2000]
