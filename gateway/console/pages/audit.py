"""Who changed what."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute

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
        limit=ASKED,
    )
    rows, older = paged(found, lambda row: str(row.id))
    return visit.page("audit.html", rows=rows, older=older)
