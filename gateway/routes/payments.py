"""Payments through a provider: its webhook, and what a customer sees and does."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from billing.api import Billing, Card, Payment
from billing.errors import WebhookInvalid
from gateway.errors import Problem
from gateway.routes.account import Customer, Door

router = APIRouter(tags=["payments"])

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=150)]
CardId = Annotated[str, Path(min_length=1, max_length=32)]
_SIGNED = {
    "parameters": [{"name": "Stripe-Signature", "in": "header", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}


class Taken(BaseModel):
    """What became of an event: `applied`, `repeated`, `ignored`, or `review` where a person has to look at it."""

    outcome: str


class Payments(BaseModel):
    """The account's payments, newest first."""

    payments: list[Payment]


class Cards(BaseModel):
    """The account's saved cards, the default first."""

    cards: list[Card]


class Online(BaseModel):
    """How an invoice is to be paid."""

    model_config = ConfigDict(extra="forbid")

    method: Literal["card", "e_wallet"] = "card"


@router.post("/v1/payments/stripe/webhook", openapi_extra=_SIGNED)
async def stripe_webhook(request: Request) -> Taken:
    """An event of Stripe. Its signature is checked on the raw body before that is read; a redelivery changes nothing.

    400 `webhook_invalid`: not signed by Stripe, or more than five minutes ago. 5xx: it was not kept, send it again.
    """
    billing: Billing = request.app.state.billing
    if not billing.takes_online_payments():
        raise Problem(404, "not_found", "Stripe is not set up here.")
    body, signature = await request.body(), request.headers.get("stripe-signature", "")
    try:
        return Taken(outcome=await run_in_threadpool(billing.take_provider_event, body, signature))
    except WebhookInvalid:
        raise Problem(400, WebhookInvalid.code, "The signature does not hold, or is too old.") from None


@router.get("/v1/account/payments")
def payments(billing: Door, customer: Customer) -> Payments:
    """Payments through the provider, newest first, the last 50."""
    return Payments(payments=billing.payments(customer.account))


@router.post("/v1/account/payments/{payment_id}/cancel")
def cancel(billing: Door, customer: Customer, payment_id: Annotated[str, Path(max_length=32)]) -> Payment:
    """Give a payment up that was not made. 409 `payment_under_way`; one that is over stays as it is."""
    return billing.cancel_payment(payment_id, customer.account)


@router.post("/v1/account/invoices/{number}/payments", status_code=201)
def pay_invoice(
    billing: Door, customer: Customer, number: Annotated[str, Path(max_length=48)], given: Online, key: Key
) -> Payment:
    """Ask for a payment of what is open on an invoice, once per `Idempotency-Key`. 409 `payment_closed`: nothing is."""
    actor = f"customer:{customer.user}"
    return billing.request_payment(customer.account, number, given.method, key=f"http:{key}", actor=actor)


@router.get("/v1/account/cards")
def cards(billing: Door, customer: Customer) -> Cards:
    """Saved cards, the default first."""
    return Cards(cards=billing.saved_cards(customer.account))


@router.post("/v1/account/cards/{card_id}/default")
def make_default(billing: Door, customer: Customer, card_id: CardId) -> Cards:
    """Charge this card from now on. 404 `card_not_found`."""
    return Cards(cards=billing.make_default_card(customer.account, card_id, actor=f"customer:{customer.user}"))


@router.delete("/v1/account/cards/{card_id}")
def remove(billing: Door, customer: Customer, card_id: CardId) -> Cards:
    """Never charge this card again; the cards that are left. 404 `card_not_found`."""
    return Cards(cards=billing.remove_card(customer.account, card_id, actor=f"customer:{customer.user}"))
