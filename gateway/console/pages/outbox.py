"""What was not delivered to others."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.routes.operator.outbox import Undelivered

router = APIRouter(route_class=ConsoleRoute)


@router.get("/outbox")
@may("outbox.read")
def list_outbox(visit: Here) -> Response:
    """What was given up first, then what is on its way."""
    events = [Undelivered.model_validate(event) for event in visit.billing.undelivered()]
    rows = sorted(events, key=lambda event: event.state != "dead")[:500]
    return visit.page("outbox.html", rows=rows, dead=sum(event.state == "dead" for event in events))


@router.post("/outbox/retry")
@may("outbox.retry")
def retry_outbox(visit: Here) -> Response:
    """Try again what was given up."""
    visit.billing.retry_dead_letters(actor=visit.actor)
    return visit.see("outbox", done="retried")
