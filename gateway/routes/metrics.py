"""`/metrics`, for Prometheus: shown to who has the token, and without one to this machine alone."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from gateway.addresses import is_loopback
from gateway.errors import Problem
from gateway.telemetry.collecting import Outbox
from gateway.telemetry.metrics import scrape

router = APIRouter(tags=["health"])

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Of these a proxy sends at least one: what comes through it comes from elsewhere, whatever its own address is."""


@router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """The figures of the server in Prometheus' text format.

    With `Authorization: Bearer` and METRICS_TOKEN; where that is not set, from this machine only.
    """
    _require_right(request, request.app.state.settings.metrics_token)
    return Response(scrape(Outbox(request.app.state.billing)), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _require_right(request: Request, token: str | None) -> None:
    if token:
        shown = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {token}".encode()):
            raise Problem(401, "metrics_token_invalid", "Send METRICS_TOKEN as a bearer token.")
    elif not _is_here(request):
        raise Problem(403, "metrics_closed", "Set METRICS_TOKEN to read the metrics from elsewhere.")


def _is_here(request: Request) -> bool:
    here = request.client is not None and is_loopback(request.client.host)
    return here and not any(name in request.headers for name in _FORWARDED)
