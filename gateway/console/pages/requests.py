"""Requests to sales and support."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter
from fastapi.responses import Response

from billing.api import RequestState
from billing.errors import BillingError
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged, serial
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit

STATES = ("waiting", *get_args(RequestState))
KINDS = ("sales", "support")

router = APIRouter(route_class=ConsoleRoute)


@router.get("/requests")
@may("requests.read")
def list_requests(visit: Here) -> Response:
    """Newest first, filtered by state, kind and account."""
    state, kind = visit.asked("state"), visit.asked("kind")
    found = visit.billing.requests_page(
        state=state if state in STATES else None,
        kind=kind if kind in KINDS else None,
        account_id=visit.asked("account", 64),
        before=visit.number("before"),
        limit=ASKED,
    )
    rows, older = paged(found, lambda row: serial(row.request.id))
    return visit.page("requests.html", rows=rows, older=older, states=STATES, kinds=KINDS)


@router.get("/requests/{number}")
@may("requests.read")
def show_request(visit: Here, number: str) -> Response:
    """One request, what can be done with it, and what was."""
    return visit.page("request.html", **_told(visit, number))


@router.post("/requests/{number}/answer")
@may("requests.answer")
def answer(visit: Here, number: str) -> Response:
    """What the customer is told."""
    note = visit.given("note", 10_000)
    try:
        visit.billing.answer_request(number, note, actor=visit.actor)
    except BillingError as refused:
        return visit.refused("request.html", refused, **(_told(visit, number) | {"note": note}))
    return visit.see(f"requests/{number}", done="answered")


@router.post("/requests/{number}/close")
@may("requests.answer")
def close(visit: Here, number: str) -> Response:
    """For good, with a last note or with the answer that there is."""
    note = visit.given("note", 10_000)
    try:
        visit.billing.close_request(number, note or None, actor=visit.actor)
    except BillingError as refused:
        return visit.refused("request.html", refused, **(_told(visit, number) | {"note": note}))
    return visit.see(f"requests/{number}", done="closed")


def _told(visit: Visit, number: str) -> dict[str, Any]:
    entry = visit.billing.request_entry(number)
    trail = visit.billing.audit_trail(subject=entry.request.id, limit=20)
    services = visit.words.services(visit.billing)
    return {"entry": entry, "trail": trail, "services": services, "note": "", "error": None}
