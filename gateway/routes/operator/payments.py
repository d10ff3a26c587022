"""Payments through a provider: looked at, sent back, asked about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from billing.api import PaymentDetail, PaymentState, Reconciliation, Refund
from gateway.routes.operator.common import Amount, Body, Door, Key, Operator

router = APIRouter(prefix="/payments")

PaymentId = Annotated[str, Path(min_length=1, max_length=32)]


class Payments(BaseModel):
    """Payments, newest first."""

    payments: list[PaymentDetail]


class SendBack(Body):
    """What is to go back; no amount: all that is left. `force`: what is not there any more becomes owed."""

    amount: Amount | None = None
    reason: str = Field(min_length=1, max_length=500)
    force: bool = False


@router.get("")
def list_payments(
    billing: Door,
    account: Annotated[str | None, Query(max_length=64)] = None,
    state: PaymentState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Payments:
    """Payments of all accounts or of one, with their refunds, disputes and what asks for a person."""
    return Payments(payments=billing.payment_details(account_id=account, state=state, limit=limit))


@router.post("/reconcile")
def reconcile(billing: Door) -> Reconciliation:
    """Ask the provider now about all that is overdue; the server does so by itself each minute."""
    return billing.reconcile_payments()


@router.get("/{payment_id}")
def payment(billing: Door, payment_id: PaymentId) -> PaymentDetail:
    """One payment. 404 `payment_not_found`."""
    return billing.payment_detail(payment_id)


@router.post("/{payment_id}/refunds", status_code=201)
def refund(billing: Door, operator: Operator, payment_id: PaymentId, given: SendBack, key: Key) -> Refund:
    """Send money back, once per `Idempotency-Key`. 422 `refund_too_large`, `credit_insufficient`."""
    return billing.refund_payment(
        payment_id, given.amount, reason=given.reason, key=f"http:{key}", force=given.force, actor=operator
    )
