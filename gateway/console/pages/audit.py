"""Who changed what."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import PAGE

router = APIRouter(route_class=ConsoleRoute)


@router.get("/audit")
@may("audit")
def audit_trail(visit: Here) -> Response:
    """Newest first, filtered by who, what and on what."""
    found = visit.billing.audit_trail(
        subject=visit.asked("subject"),
        actor=visit.asked("actor"),
        action=visit.asked("action", 64),
        before=visit.number("before"),
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    return visit.page("audit.html", rows=rows, older=str(rows[-1].id) if len(found) > PAGE else None)
