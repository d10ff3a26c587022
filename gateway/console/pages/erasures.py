"""What is kept of a customer: taken away as a document, and erased by two administrators."""

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
from gateway.privacy.approving import Erasures
from gateway.privacy.finding import Whose
from gateway.privacy.schemas import STAYS
from gateway.privacy.service import Privacy

router = APIRouter(route_class=ConsoleRoute)


@router.get("/accounts/{account_id}/privacy")
@may("privacy")
def personal(visit: Here, account_id: str) -> Response:
    """What is kept, counted; nothing is done."""
    return _personal(visit, Whose(account_id, visit.asked("user")))


@router.post("/accounts/{account_id}/privacy/export")
@may("privacy", money=True)
def export_person(visit: Here, account_id: str) -> Response:
    """The document."""
    whose = Whose(account_id, visit.given("user", 200) or None)
    told = _privacy(visit).export(whose, actor=visit.actor)
    headers = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
    return Response(told.model_dump_json(indent=2), media_type="application/json", headers=headers)


@router.post("/accounts/{account_id}/privacy/erasure")
@may("privacy")
def propose_erasure(visit: Here, account_id: str) -> Response:
    """Asked of a second person; nothing is erased yet."""
    whose = Whose(account_id, visit.given("user", 200) or None)
    try:
        made = _erasures(visit).propose(whose, visit.given("reference", 200), actor=visit.actor)
    except (BillingError, Problem) as refused:
        return _personal(visit, whose, refused)
    return visit.see(f"erasures/{made.id}", done="erasure_proposed")


@router.get("/erasures")
@may("privacy")
def erasures(visit: Here) -> Response:
    """Those that wait, or all; newest first."""
    everything = visit.asked("state") == "all"
    found = _erasures(visit).listed(waiting=not everything, before=visit.number("before"), limit=ASKED)
    rows, older = paged(found, lambda row: serial(row.id))
    return visit.page("erasures.html", rows=rows, older=older, everything=everything)


@router.get("/erasures/{number}")
@may("privacy")
def erasure(visit: Here, number: str) -> Response:
    """What it would do now."""
    proposal = _erasures(visit).found(number)
    return visit.page("erasure.html", row=proposal, plan=_erasures(visit).effect(proposal), stays=list(STAYS))


@router.post("/erasures/{number}/approve")
@may("privacy", money=True)
def approve_erasure(visit: Here, number: str) -> Response:
    """By another than who asked for it, and only what they were shown."""
    _erasures(visit).approve(number, confirm=visit.given("confirm", 64), actor=visit.actor)
    return visit.see("erasures", done="erased", state="all")


@router.post("/erasures/{number}/reject")
@may("privacy")
def reject_erasure(visit: Here, number: str) -> Response:
    """Or taken back by who asked for it."""
    _erasures(visit).reject(number, actor=visit.actor)
    return visit.see("erasures", done="erasure_rejected")


def _personal(visit: Visit, whose: Whose, refused: BillingError | Problem | None = None) -> Response:
    values: dict[str, Any] = {
        "account": visit.billing.account(whose.account),
        "user": whose.user,
        "plan": _privacy(visit).plan(whose),
        "stays": list(STAYS),
        "reference": visit.form.get("reference", ""),
    }
    if refused is not None:
        return visit.refused("personal.html", refused, **values)
    return visit.page("personal.html", **values, error=None)


def _privacy(visit: Visit) -> Privacy:
    return Privacy(visit.billing, visit.settings)


def _erasures(visit: Visit) -> Erasures:
    return Erasures(visit.billing, visit.settings)
