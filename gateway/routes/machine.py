"""For the machines that watch the server."""

from __future__ import annotations

from fastapi import APIRouter, Request

from billing.errors import BillingError
from gateway.errors import Problem

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """The model is loaded and the database answers; 503 otherwise."""
    try:
        request.app.state.billing.ready()
    except BillingError as error:
        raise Problem(503, error.code, "No catalogue is loaded: run `billing-assistant catalogue load`.") from error
    except Exception as error:
        raise Problem(503, "database_unreachable", "The database does not answer.") from error
    return {"status": "ok"}
