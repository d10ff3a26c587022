"""Plans paid through the provider: the price, the deposit, the remainder; what comes beyond an invoice is credit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import PaymentClosed, PaymentMethodUnknown, TermsChanged
from billing.money import Money
from tests.builders.life import confirmed, do
from tests.builders.money import usd
from tests.builders.payments import a_saved_card, told


def settle(billing, stripe, payment):
    billing.payment_session(payment.id)
    intent = billing.payment_detail(payment.id).reference
    stripe.pays(intent)
    told(billing, stripe, "succeeded", intent)


def invoice_of(billing, account, receipt):
    return billing.invoice(account, receipt.invoice)


def test_the_price_is_asked_of_the_provider_and_paid_when_it_says_so(billing, stripe, account):
    receipt = confirmed(billing, account, payment_method="card")
    invoice = invoice_of(billing, account, receipt)

    assert (receipt.payment.state, receipt.payment.number) == ("waiting", receipt.invoice)
    assert (receipt.payment.amount, invoice.status) == (invoice.total, "unpaid")
    settle(billing, stripe, receipt.payment)
    assert invoice_of(billing, account, receipt).status == "paid"
    assert billing.balance(account).top_up == usd(0)


def test_a_saved_card_pays_at_the_confirmation_and_a_repeat_charges_nothing(billing, stripe, account):
    card = a_saved_card(billing, stripe, account)
    offered = billing.prepare_plan(account, "starter", "monthly", payment_method="card")
    assert offered.begins.card.id == card

    receipts = [
        billing.confirm_plan(account, offered.number, terms_checksum=offered.checksum, key="k-1") for _ in range(2)
    ]

    assert [receipt.payment.state for receipt in receipts] == ["processing", "processing"]
    assert receipts[0].payment.card.id == card
    intents = [call for call in stripe.calls if call.path == "/v1/payment_intents" and call.form.get("off_session")]
    assert len({call.key for call in intents if call.form["metadata[payment]"]} & {intents[-1].key}) == 1
    told(billing, stripe, "succeeded", billing.payment_detail(receipts[0].payment.id).reference)
    assert invoice_of(billing, account, receipts[0]).status == "paid"
    assert billing.plan_receipt_of(account, "k-1").payment.state == "succeeded"


def test_a_deposit_is_paid_first_and_the_remainder_when_it_is_asked_for(billing, stripe, account):
    receipt = confirmed(billing, account, payment_option="partial_upfront", payment_method="card")
    invoice = invoice_of(billing, account, receipt)
    assert receipt.payment.amount == invoice.deposit
    settle(billing, stripe, receipt.payment)

    rest, again = (billing.request_payment(account, receipt.invoice, "card", key="rest") for _ in range(2))
    settle(billing, stripe, rest)

    assert rest == again
    assert rest.amount == invoice.total - invoice.deposit
    assert invoice_of(billing, account, receipt).status == "paid"
    with pytest.raises(PaymentClosed):
        billing.request_payment(account, receipt.invoice, "card", key="more")


def test_what_comes_for_an_invoice_that_was_paid_meanwhile_is_credit_with_a_receipt(billing, stripe, account):
    receipt = confirmed(billing, account, payment_method="card")
    total = invoice_of(billing, account, receipt).total
    billing.pay_invoice(account, receipt.invoice, (total - usd(4)).amount, key="by-transfer")

    settle(billing, stripe, receipt.payment)

    assert invoice_of(billing, account, receipt).status == "paid"
    assert billing.balance(account).top_up == total - usd(4)
    assert billing.receipt_pdf(account, "T-000001").content


def test_a_way_to_pay_that_is_no_providers_is_refused(billing, account):
    receipt = confirmed(billing, account, payment_method="card")

    with pytest.raises(PaymentMethodUnknown):
        billing.request_payment(account, receipt.invoice, "bank_transfer", key="k")


def test_a_period_that_is_due_later_is_charged_to_the_saved_card_by_itself(billing, stripe, account, clock):
    settle(billing, stripe, confirmed(billing, account, payment_method="card").payment)
    clock.forward(days=20)
    do(billing, account, "renew")
    a_saved_card(billing, stripe, account)

    clock.forward(days=12)
    [number] = billing.bill_due().issued

    payment = billing.payments(account)[0]
    assert (payment.number, payment.state) == (number, "processing")


def test_yen_have_no_smaller_coin(billing, stripe):
    billing.create_account("sakura", name="Sakura", currency="JPY")
    receipt = billing.recharge("sakura", amount=Decimal(3000), currency=None, method="e_wallet", key="yen")

    settle(billing, stripe, receipt.payment)

    asked_for = [call for call in stripe.calls if call.path == "/v1/payment_intents"][-1].form
    assert (asked_for["amount"], asked_for["currency"]) == ("3000", "jpy")
    assert "payment_method_types[0]" not in asked_for
    assert billing.balance("sakura").top_up == Money.of(3000, "JPY")


def test_terms_that_named_another_card_have_to_be_confirmed_anew(billing, stripe, account):
    first, second = a_saved_card(billing, stripe, account), a_saved_card(billing, stripe, account)
    offered = billing.prepare_plan(account, "starter", "monthly", payment_method="card")
    assert offered.begins.card.id == first

    billing.make_default_card(account, second)

    with pytest.raises(TermsChanged):
        billing.confirm_plan(account, offered.number, terms_checksum=offered.checksum, key="k-1")


@pytest.mark.parametrize("give_back", ["decline_plan", "withdraw_offer"])
def test_a_plan_begins_with_its_payment_and_one_that_is_given_back_cannot_be_paid_any_more(
    billing, stripe, account, give_back
):
    receipt = confirmed(billing, account, payment_method="card")
    assert (billing.plan(account).status, receipt.awaits_payment.amount) == (
        "pending_confirmation",
        invoice_of(billing, account, receipt).total,
    )
    billing.payment_session(receipt.payment.id)
    intent = billing.payment_detail(receipt.payment.id).reference

    getattr(billing, give_back)(account, receipt.number)

    assert billing.payment(receipt.payment.id).state == "cancelled"
    assert stripe.get(f"payment_intents/{intent}")["status"] == "canceled"
    again = confirmed(billing, account, payment_method="card")
    settle(billing, stripe, again.payment)
    assert billing.plan(account).status == "active"
