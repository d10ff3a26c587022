"""Stripe's objects as ours. They come by its API and in webhooks: the same JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

from billing.errors import WebhookInvalid
from billing.money import CURRENCIES, Money, minor_digits
from billing.payments.providers.base import (
    AskedBack,
    CardsChanged,
    Intent,
    IntentState,
    KeptCard,
    SentBack,
    Told,
)
from billing.schemas import PaymentFailure

_STATES: dict[str, IntentState] = {
    "requires_payment_method": "waiting",
    "requires_confirmation": "waiting",
    "requires_action": "waiting",
    "requires_capture": "processing",
    "processing": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
_FAILURES: dict[str, PaymentFailure] = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "card_expired",
    "incorrect_cvc": "card_details_wrong",
    "invalid_cvc": "card_details_wrong",
    "incorrect_number": "card_details_wrong",
    "invalid_number": "card_details_wrong",
    "invalid_expiry_month": "card_details_wrong",
    "invalid_expiry_year": "card_details_wrong",
    "authentication_required": "authentication_required",
    "payment_intent_authentication_failure": "authentication_failed",
}
"""https://docs.stripe.com/declines/codes; every other code is a plain decline: banks rarely say more."""
_REFUNDS: dict[str, Any] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
_CARDS = {"payment_method.attached", "payment_method.detached", "payment_method.updated"}
assert set(_FAILURES.values()) <= set(get_args(PaymentFailure))


def coins(amount: Money) -> int:
    """Stripe's amounts: the currency's smallest coin. https://docs.stripe.com/currencies"""
    return int(amount.amount.scaleb(minor_digits(amount.currency)))


def money(units: int, currency: str) -> Money | None:
    """An amount of Stripe's; None in a currency that no account has."""
    code = currency.upper()
    return Money.of(Decimal(units).scaleb(-minor_digits(code)), code) if code in CURRENCIES else None


def intent(given: dict[str, Any], error: dict[str, Any] | None = None) -> Intent:
    """A payment intent; `error` is the one that came with it."""
    state = _STATES.get(given["status"], "processing")
    failed = error or given.get("last_payment_error")
    failure: PaymentFailure | None = None
    if state == "waiting" and failed:
        codes = (failed.get("decline_code"), failed.get("code"))
        failure = next((_FAILURES[code] for code in codes if code in _FAILURES), "declined")
        state = "waiting" if failure == "authentication_required" else "failed"
    elif given["status"] == "requires_action":
        failure = "authentication_required"
    came = given.get("amount_received", given["amount"]) if state == "succeeded" else None
    return Intent(
        reference=given["id"],
        state=state,
        received=None if came is None else money(came, given["currency"]),
        failure=failure,
        token=(given.get("metadata") or {}).get("payment"),
        client_secret=given.get("client_secret"),
    )


def card(given: dict[str, Any]) -> KeptCard:
    """A payment method that is a card."""
    shown = given["card"]
    return KeptCard(given["id"], shown["brand"], shown["last4"], f"{shown['exp_year']}-{shown['exp_month']:02d}")


def refund(given: dict[str, Any]) -> SentBack:
    """A refund."""
    return SentBack(
        reference=given["id"],
        intent=_id(given["payment_intent"]),
        amount=_known(money(given["amount"], given["currency"])),
        state=_REFUNDS.get(given["status"] or "", "processing"),
        token=(given.get("metadata") or {}).get("refund"),
    )


def dispute(given: dict[str, Any]) -> AskedBack:
    """A dispute. An inquiry moves no money; every other one takes it at once, and gives it back when it is won."""
    status = given["status"]
    state: Any = "inquiry" if status.startswith("warning_") else status if status in {"won", "lost"} else "open"
    return AskedBack(
        reference=given["id"],
        intent=_id(given["payment_intent"]),
        amount=_known(money(given["amount"], given["currency"])),
        reason=str(given.get("reason") or ""),
        state=state,
    )


def event(given: dict[str, Any]) -> Told:
    """An event; `about` None: of no kind that matters here.

    Raises:
        WebhookInvalid: it has not the form of one.
    """
    try:
        return Told(str(given["id"]), str(given["type"]), _about(given["type"], given["data"]["object"], given))
    except (KeyError, TypeError, AttributeError) as error:
        raise WebhookInvalid("unreadable") from error


def _about(kind: str, thing: dict[str, Any], event: dict[str, Any]) -> Any:
    if kind.startswith("payment_intent."):
        return intent(thing)
    if kind.startswith(("refund.", "charge.refund.")):
        return refund(thing) if thing.get("payment_intent") else None
    if kind.startswith("charge.dispute."):
        return dispute(thing) if thing.get("payment_intent") else None
    if kind == "setup_intent.succeeded" or kind in _CARDS:
        before = (event["data"].get("previous_attributes") or {}).get("customer")  # a detached one has no customer now
        customer = thing.get("customer") or before
        return CardsChanged(_id(customer)) if customer else None
    return None


def _id(given: Any) -> str:
    """An object may come whole or as its id."""
    return str(given["id"] if isinstance(given, dict) else given)


def _known(amount: Money | None) -> Money:
    if amount is None:
        raise KeyError("currency")
    return amount
