"""What crosses the door about payments through a provider, beside `billing.schemas.Payment`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from billing.schemas import MoneyField, Payment, PaymentFailure, PaymentState, Schema

RefundState = Literal["created", "processing", "succeeded", "failed"]
DisputeState = Literal["inquiry", "open", "won", "lost"]
EventOutcome = Literal["applied", "repeated", "ignored", "review"]


class PaymentSession(Schema):
    """What a page needs to let a customer pay.

    `client_secret` is None where nothing can be paid any more: look at `state`. It is never kept: whoever has it can
    pay this one payment, and nothing else.
    """

    payment: str
    client_secret: str | None
    publishable_key: str
    js_url: str
    state: PaymentState
    failure: PaymentFailure | None = None


class CardSession(Schema):
    """What a page needs to let a customer save a card."""

    client_secret: str
    publishable_key: str
    js_url: str


class Refund(Schema):
    """Money of a payment that goes back. `failed`: it did not, and is credit again."""

    id: str
    payment: str
    amount: MoneyField
    reason: str
    state: RefundState
    created_at: datetime
    settled_at: datetime | None


class Dispute(Schema):
    """The cardholder's bank asks a payment back. `inquiry`: it only asks; `open`: the amount is held."""

    id: str
    payment: str
    amount: MoneyField
    reason: str
    state: DisputeState
    opened_at: datetime
    closed_at: datetime | None


class PaymentDetail(Schema):
    """A payment as operators see it. `reference` is the provider's; `notes` say what asks for a person."""

    payment: Payment
    provider: str
    reference: str | None
    refunds: list[Refund]
    disputes: list[Dispute]
    notes: list[str]


class Reconciliation(Schema):
    """What asking the provider brought: payments asked about, those that changed, those that could not be asked.

    `refunds` and `disputes`: how many of the provider's were not known here, or were otherwise.
    """

    asked: int
    changed: int
    failed: int
    refunds: int
    disputes: int
