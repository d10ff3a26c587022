"""Billing that takes payments through localstripe, and what its webhooks bring."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from billing.api import Billing, Receipt
from billing.config import Settings
from tests.builders.localstripe import GOOD, LocalStripe

_number = count(1)


def settings(stripe: LocalStripe, database_url: str) -> Settings:
    told = {name.lower(): value for name, value in stripe.environment.items()}
    return Settings.model_validate({"database_url": database_url, **told})


def asked(billing: Billing, account: str, amount: Any = 50, **more: Any) -> Receipt:
    """A top-up by card, which is asked of the provider."""
    terms = {"currency": None, "method": "card", "key": f"asked-{next(_number)}", **more}
    return billing.recharge(account, amount=Decimal(amount), **terms)


def intent_of(billing: Billing, receipt: Receipt) -> str:
    """The provider's intent of a top-up, which a page asked for."""
    assert receipt.payment is not None
    billing.payment_session(receipt.payment.id)
    reference = billing.payment_detail(receipt.payment.id).reference
    assert reference is not None
    return reference


def webhook(
    billing: Billing, stripe: LocalStripe, kind: str, thing: dict[str, Any], event_id: str | None = None
) -> str:
    """A webhook as the provider signs it, at billing's time; what became of it."""
    body = stripe.event(kind, thing, event_id)
    headers = stripe.signed(body, at=billing.now().timestamp())
    return billing.take_provider_event(body, headers["Stripe-Signature"])


def told(billing: Billing, stripe: LocalStripe, kind: str, intent: str, event_id: str | None = None) -> str:
    """The webhook of an intent as it is now."""
    return webhook(billing, stripe, f"payment_intent.{kind}", stripe.get(f"payment_intents/{intent}"), event_id)


def paid(billing: Billing, stripe: LocalStripe, account: str, amount: Any = 50) -> str:
    """A top-up that was paid and credited; its payment's id."""
    receipt = asked(billing, account, amount)
    intent = intent_of(billing, receipt)
    assert stripe.pays(intent, GOOD).json()["status"] == "succeeded"
    assert told(billing, stripe, "succeeded", intent) == "applied"
    assert receipt.payment is not None
    return receipt.payment.id


def a_saved_card(billing: Billing, stripe: LocalStripe, account: str, number: str = GOOD) -> str:
    """A card that the customer saved; its id here."""
    billing.start_saving_card(account, f"save-{next(_number)}")
    customer = [call for call in stripe.calls if call.path == "/v1/setup_intents"][-1].form["customer"]
    stripe.post(f"payment_methods/{stripe.card(number)['id']}/attach", {"customer": customer})
    before = {card.id for card in billing.saved_cards(account)}
    [new] = [card.id for card in billing.refresh_cards(account) if card.id not in before]
    return new
