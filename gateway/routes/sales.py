"""What the CRM of sales tells of a request: signed with the secret that our events to it are signed with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from billing.api import Billing, RequestState, SalesEvent
from gateway.errors import Problem

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Moved(_Body):
    """The request, the state that it is in now, and a note for the customer."""

    request: str = Field(max_length=32)
    state: Literal["in_progress", "offered", "answered", "won", "lost"]
    note: str | None = Field(default=None, min_length=1, max_length=4000)
    at: AwareDatetime | None = None


class Event(_Body):
    """An event of the CRM; its `id` is the same at every try."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    type: Literal["request.moved"]
    data: Moved


class Taken(BaseModel):
    """Where the request stands now."""

    request: str
    state: RequestState


_SCHEMA = {"requestBody": {"required": True, "content": {"application/json": {"schema": Event.model_json_schema()}}}}


@router.post("/sales", openapi_extra=_SCHEMA)
async def hear(request: Request) -> Taken:
    """Move a request to a state, once for the event's `id`; the customer is told.

    `X-Signature` is `sha256=` and the HMAC-SHA256 of `X-Timestamp`, a dot and the body. 401 `signature_invalid`: not
    signed so, or more than five minutes ago; 422 `request_invalid`; 404 `request_not_found`; 409 `request_closed`,
    `request_key_reused`: the id was told of something else.
    """
    billing: Billing = request.app.state.billing
    body, told = await request.body(), request.headers
    genuine = billing.is_from_sales(body, timestamp=told.get("x-timestamp", ""), signature=told.get("x-signature", ""))
    if not genuine:
        raise Problem(401, "signature_invalid", "The signature does not fit the body, or is too old.")
    try:
        event = Event.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Problem(422, "request_invalid", f"Not an event of sales: {where}") from None
    at: datetime | None = event.data.at
    kept = await run_in_threadpool(
        billing.take_sales_event, SalesEvent(event.id, event.data.request, event.data.state, event.data.note, at)
    )
    return Taken(request=kept.id, state=kept.state)
