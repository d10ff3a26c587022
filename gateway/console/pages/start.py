"""What waits for somebody."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.privacy.approving import Erasures
from gateway.unsure.service import Unsure

router = APIRouter(route_class=ConsoleRoute)


@router.get("/")
@may("start")
def start(visit: Here) -> Response:
    """A tile for each kind of work that the role may do, with how much of it waits."""
    billing, tiles = visit.billing, [("requests", "requests?state=waiting", visit.billing.waiting_requests())]
    if visit.may("handoffs"):
        tiles.append(("handoffs", "handoffs", len(visit.request.app.state.handoffs.waiting(limit=500))))
    if visit.may("credit.approve"):
        tiles.append(("approvals", "corrections", len(billing.credit_proposals(limit=200))))
    if visit.may("transfers.read"):
        tiles.append(("lines", "transfers/lines", len(billing.bank_lines(state="unmatched", limit=500))))
        tiles.append(("transfers", "transfers", len(billing.waiting_transfers())))
    if visit.may("offers.read"):
        tiles.append(("offers", "offers", billing.waiting_offers()))
    if visit.may("unsure"):
        tiles.append(("unsure", "unsure", Unsure(billing, visit.settings).count()))
    if visit.may("outbox.read"):
        dead = sum(event["state"] == "dead" for event in billing.undelivered())
        tiles.append(("outbox", "outbox", dead))
    if visit.may("privacy"):
        waiting = Erasures(billing, visit.settings).listed(waiting=True, limit=200)
        tiles.append(("erasures", "erasures", len(waiting)))
    newest = billing.requests_page(state="waiting", limit=5)
    return visit.page("start.html", tiles=tiles, newest=newest)
