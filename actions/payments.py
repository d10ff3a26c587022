"""How a payment through a provider is told: where to pay, what it waits for, why it did not go through, what next."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import say
from actions.texts import Texts
from billing.api import Billing, Card, Payment
from billing.config import settings
from billing.pay_links import PayLinks

_OPEN = ("created", "waiting", "processing", "failed")
_BRANDS = ("visa", "mastercard", "amex", "jcb", "discover", "diners", "unionpay")
MOST_OPEN = 3
"""Payments under way that are listed, the newest."""


def tell(dispatcher: CollectingDispatcher, texts: Texts, payment: Payment, card: dict[str, Any] | None = None) -> None:
    """Say how the payment stands and what the customer can do; the card shows the same."""
    purpose = "recharge" if payment.purpose == "top_up" else "invoice"
    say(dispatcher, f"utter_{purpose}_payment_{_told(payment)}", card, **_values(payment, texts))


def tell_open(billing: Billing, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
    """List the payments that are under way, each with where to pay; nothing where there are none."""
    under_way = [payment for payment in billing.payments(account) if payment.state in _OPEN]
    if under_way:
        rows = "\n".join(_row(payment, texts) for payment in under_way[:MOST_OPEN])
        say(dispatcher, "utter_payments_open", rows=rows)


def card_name(card: Card, texts: Texts) -> str:
    """A saved card as the customer knows it: its brand and last four digits."""
    brand = texts.term(f"card_brand_{card.brand if card.brand in _BRANDS else 'other'}")
    return texts.term("saved_card", brand=brand, last4=card.last4)


def _told(payment: Payment) -> str:
    """`created` is a moment that the customer need not know of: the provider is being asked."""
    if payment.state == "waiting" and payment.failure:
        return "failed"  # it was tried: the bank wants to ask the customer
    if payment.state == "created":
        return "processing" if payment.card else "waiting"
    return payment.state


def _row(payment: Payment, texts: Texts) -> str:
    row = texts.term(f"row_payment_open_{_told(payment)}", **_values(payment, texts))
    return row if _told(payment) == "processing" else f"{row}\n{_link(payment, texts)}"


def _values(payment: Payment, texts: Texts) -> dict[str, Any]:
    return {
        "amount": texts.money(payment.amount),
        "number": payment.number,
        "reason": texts.term(f"payment_failure_{payment.failure}") if payment.failure else "",
        "link": _link(payment, texts),
        "until": texts.instant(payment.expires_at),
    }


def _link(payment: Payment, texts: Texts) -> str:
    return PayLinks(settings()).of_payment(payment, texts.language)
