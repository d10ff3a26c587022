"""Bank transfers that are waited for."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute

router = APIRouter(route_class=ConsoleRoute)


@router.get("/transfers")
@may("transfers.read")
def list_transfers(visit: Here) -> Response:
    """Oldest first."""
    return visit.page("transfers.html", rows=visit.billing.pending_transfers())


@router.post("/transfers/{number}/confirm")
@may("transfers.confirm", money=True)
def confirm_transfer(visit: Here, number: str) -> Response:
    """The money came: credit it, once."""
    visit.billing.confirm_transfer(number, actor=visit.actor)
    return visit.see("transfers", done="confirmed")
