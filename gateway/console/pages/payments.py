"""Payments through a provider: what came, what asks for a person, and what is sent back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from fastapi import APIRouter
from fastapi.responses import Response

from billing.api import PaymentState
from billing.errors import AmountInvalid, BillingError
from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit

STATES: tuple[PaymentState, ...] = get_args(PaymentState)
MOST = 200

router = APIRouter(route_class=ConsoleRoute)


@router.get("/payments")
@may("payments.read")
def list_payments(visit: Here) -> Response:
    """The newest, filtered by state and account."""
    state = next((each for each in STATES if each == visit.asked("state")), None)
    rows = visit.billing.payment_details(account_id=visit.asked("account", 64), state=state, limit=MOST)
    return visit.page("payments.html", rows=rows, states=STATES)


@router.get("/payments/{number}")
@may("payments.read")
def show_payment(visit: Here, number: str) -> Response:
    """One payment with its refunds and disputes, and the form to send money back."""
    return visit.page("payment.html", **_told(visit, number))


@router.post("/payments/{number}/refund")
@may("payments.refund", money=True)
def refund_payment(visit: Here, number: str) -> Response:
    """Send money back, once for the form; only an administrator may take what is not there any more."""
    try:
        visit.billing.refund_payment(
            number,
            _amount(visit.given("amount", 40)),
            reason=visit.given("reason", 10_000),
            key=visit.key,
            force=bool(visit.given("force", 8)) and visit.operator.role == "admin",
            actor=visit.actor,
        )
    except BillingError as refused:
        return visit.refused("payment.html", refused, **_told(visit, number))
    return visit.see(f"payments/{number}", done="refunded")


def _told(visit: Visit, number: str) -> dict[str, Any]:
    typed = {name: visit.form.get(name, "") for name in ("amount", "reason")}
    return {"detail": visit.billing.payment_detail(number), "typed": typed, "error": None}


def _amount(text: str) -> Decimal | None:
    """None, for all that is left, where nothing was typed."""
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise AmountInvalid(text) from error
