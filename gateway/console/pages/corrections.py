"""Corrections of credit: alone up to a limit, above it with a second person."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from billing.errors import AmountInvalid, ApprovalNeeded, BillingError
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged, serial
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit

router = APIRouter(route_class=ConsoleRoute)


@router.get("/accounts/{account_id}/correct")
@may("credit.propose")
def correction(visit: Here, account_id: str) -> Response:
    """The form."""
    return visit.page("correction.html", **_form(visit, account_id))


@router.post("/accounts/{account_id}/correct")
@may("credit.propose", money=True)
def correct(visit: Here, account_id: str) -> Response:
    """Done at once up to the limit; above it, proposed to a second person."""
    amount, reason = visit.given("amount", 40), visit.given("reason", 10_000)
    try:
        signed = _signed(amount, visit.given("direction", 8))
        try:
            visit.billing.adjust_credit(account_id, signed, reason=reason, key=visit.key, actor=visit.actor, alone=True)
            done = "corrected"
        except ApprovalNeeded:
            visit.billing.propose_credit(account_id, signed, reason=reason, key=visit.key, actor=visit.actor)
            done = "proposed"
    except BillingError as refused:
        return visit.refused("correction.html", refused, **_form(visit, account_id))
    return visit.see(f"accounts/{account_id}", done=done)


@router.get("/corrections")
@may("credit.approve")
def proposals(visit: Here) -> Response:
    """Those that wait, or all; newest first."""
    everything = visit.asked("state") == "all"
    found = visit.billing.credit_proposals(waiting=not everything, before=visit.number("before"), limit=ASKED)
    rows, older = paged(found, lambda row: serial(row.id))
    return visit.page("corrections.html", rows=rows, older=older, everything=everything)


@router.post("/corrections/{number}/approve")
@may("credit.approve", money=True)
def approve(visit: Here, number: str) -> Response:
    """By another than who proposed it."""
    visit.billing.approve_credit(number, actor=visit.actor)
    return visit.see("corrections", done="approved")


@router.post("/corrections/{number}/reject")
@may("credit.approve")
def reject(visit: Here, number: str) -> Response:
    """With a reason."""
    visit.billing.reject_credit(number, visit.given("note", 10_000), actor=visit.actor)
    return visit.see("corrections", done="rejected")


def _form(visit: Visit, account_id: str) -> dict[str, Any]:
    account = visit.billing.account(account_id)
    return {
        "account": account,
        "balance": visit.billing.balance(account_id),
        "limit": visit.billing.correction_limit(account.currency),
        "typed": {name: visit.form.get(name, "") for name in ("amount", "direction", "reason")},
        "error": None,
    }


def _signed(amount: str, direction: str) -> Decimal:
    try:
        number = Decimal(amount.replace(",", ""))
    except InvalidOperation as error:
        raise AmountInvalid(amount) from error
    if not number.is_finite() or number <= 0 or direction not in {"add", "take"}:
        raise AmountInvalid(amount)
    return number if direction == "add" else -number
