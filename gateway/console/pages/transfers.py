"""Bank transfers: those that are waited for, statements taken in, and lines that say not whom they are for."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from billing.errors import BillingError
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged, serial
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit
from gateway.errors import Problem

STATES = ("unmatched", "reversal", "set_aside", "credited", "matched")

router = APIRouter(route_class=ConsoleRoute)


@router.get("/transfers")
@may("transfers.read")
def list_transfers(visit: Here) -> Response:
    """What is waited for, oldest first; and the form for a statement."""
    return visit.page("transfers.html", **_waiting(visit))


@router.post("/transfers/statements")
@may("transfers.confirm", money=True)
def import_statement(visit: Here) -> Response:
    """Take in a statement: each line is credited where it says what for, once, however often it comes."""
    file = visit.files.get("statement")
    if file is None or not file.filename:
        refused = Problem(422, "statement_missing", "Choose the statement's file.")
        return visit.refused("transfers.html", refused, **_waiting(visit))
    try:
        told = visit.billing.import_statement(
            file.file.read(),
            bank_account=visit.given("bank_account", 64) or None,
            currency=visit.given("currency", 3).upper() or None,
            actor=visit.actor,
        )
    except BillingError as refused_by_billing:
        return visit.refused("transfers.html", refused_by_billing, **_waiting(visit))
    return visit.page("transfers.html", **(_waiting(visit) | {"told": told}))


@router.get("/transfers/lines")
@may("transfers.read")
def list_lines(visit: Here) -> Response:
    """Lines of statements, newest first; without a filter those that wait for somebody."""
    wanted = visit.asked("state") or "unmatched"
    state: Any = wanted if wanted in STATES else "unmatched"
    found = visit.billing.bank_lines(
        state=state, account_id=visit.asked("account", 64), before=visit.number("before"), limit=ASKED
    )
    rows, older = paged(found, lambda row: serial(row.id))
    return visit.page("lines_of_banks.html", rows=rows, older=older, states=STATES, state=state)


@router.post("/transfers/lines/{number}/assign")
@may("transfers.confirm", money=True)
def assign_line(visit: Here, number: str) -> Response:
    """Credit it to a transfer, an invoice or an account."""
    target, billing = visit.given("target", 64), visit.billing
    if visit.given("kind") == "transfer":
        billing.assign_to_transfer(number, target, actor=visit.actor)
    elif visit.given("kind") == "invoice":
        billing.assign_to_invoice(number, target, actor=visit.actor)
    else:
        billing.assign_to_account(number, target, actor=visit.actor)
    return visit.see("transfers/lines", done="assigned")


@router.post("/transfers/lines/{number}/set-aside")
@may("transfers.confirm")
def set_line_aside(visit: Here, number: str) -> Response:
    """Say why it is not to be credited."""
    visit.billing.set_line_aside(number, visit.given("reason", 10_000), actor=visit.actor)
    return visit.see("transfers/lines", done="set_aside")


@router.post("/transfers/{number}/confirm")
@may("transfers.confirm", money=True)
def confirm_transfer(visit: Here, number: str) -> Response:
    """The money came: credit it, once."""
    visit.billing.confirm_transfer(number, actor=visit.actor)
    return visit.see("transfers", done="confirmed")


@router.post("/transfers/{number}/cancel")
@may("transfers.confirm")
def cancel_transfer(visit: Here, number: str) -> Response:
    """Wait no longer for it; money that comes nevertheless is credited."""
    visit.billing.cancel_transfer(number, actor=visit.actor)
    return visit.see("transfers", done="cancelled")


def _waiting(visit: Visit) -> dict[str, Any]:
    return {"rows": visit.billing.waiting_transfers(), "told": None, "error": None}
