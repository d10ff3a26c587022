"""Whatever is no page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from gateway.console.guard import Here
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.errors import Problem

router = APIRouter(route_class=ConsoleRoute)


@router.get("/{rest:path}")
@may("start")
def missing(visit: Here, rest: str) -> Response:
    """There is no such page."""
    raise Problem(404, "not_found", "There is no such page.")
