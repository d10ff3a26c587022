"""Usage events from meters: CloudEvents 1.0, one (structured or binary mode) or a batch."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from billing.api import ApiKey, Billing, UsageEventsUnreadable, UsageOutcome, UsageResult
from gateway.api_keys import needs
from gateway.errors import Problem, response, status_of_code

router = APIRouter(prefix="/v1/usage-events", tags=["usage events"])

Meter = Annotated[ApiKey, Depends(needs("usage:write"))]

_EVENT = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "With `source`: counts once."},
        "source": {"type": "string"},
        "type": {"enum": ["usage.recorded", "conversation.started", "conversation.ended"]},
        "subject": {"type": "string", "description": "The account."},
        "time": {"type": "string", "format": "date-time"},
        "data": {"type": "object"},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": _EVENT},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": _EVENT, "maxItems": 1000}},
        },
    }
}


@router.post("", response_model=UsageResult, openapi_extra=_BODY)
async def record(request: Request, meter: Meter) -> Response:
    """Record usage: an event counts once for its `source` and `id`, however often it is sent.

    One event: `application/cloudevents+json`, or attributes as `ce-` headers and data as the body. A batch:
    `application/cloudevents-batch+json`, at most 1,000 events and 1 MiB. Of a batch, events that cannot be counted are
    refused one by one and the rest is kept; a single event that is refused is a problem with its code.
    """
    billing: Billing = request.app.state.billing
    body = await request.body()
    try:
        batch, result = await run_in_threadpool(billing.record_cloud_events, _headers(request), body)
    except UsageEventsUnreadable as error:
        raise Problem(400, "usage_events_unreadable", str(error)) from None
    if not batch and result.refused:
        return _refused(result.events[0], result)
    return JSONResponse(result.model_dump(mode="json"))


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _refused(event: UsageOutcome, result: UsageResult) -> Response:
    told: dict[str, Any] = result.model_dump(mode="json")
    code = event.code or "refused"
    return response(Problem(status_of_code(code), code, event.reason or ""), **told)
