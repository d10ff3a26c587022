"""Requests to sales and support: list, answer, close."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from billing.api import Request, RequestState
from gateway.routes.operator.common import Body, Door, Operator

router = APIRouter(prefix="/requests")

RequestId = Annotated[str, Path(max_length=32, description="The request's number, R-000012.")]


class Requests(BaseModel):
    """Requests, newest first."""

    requests: list[Request]


class Answer(Body):
    """What the customer is told."""

    note: str = Field(min_length=1, max_length=4000)


class Move(Body):
    """Where the request stands now, and a note for the customer, or none."""

    state: Literal["in_progress", "offered", "answered", "won", "lost", "closed"]
    note: str | None = Field(default=None, min_length=1, max_length=4000)


class Closing(Body):
    """A last note, or none: what it was answered before stays."""

    note: str | None = Field(default=None, min_length=1, max_length=4000)


@router.get("")
def list_requests(
    billing: Door,
    state: Annotated[RequestState | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Requests:
    """Everybody's requests, newest first, of one state or of all."""
    found = [request for request in billing.all_requests() if state in {None, request.state}]
    return Requests(requests=found[:limit])


@router.post("/{request_id}/answer")
def answer_request(billing: Door, operator: Operator, request_id: RequestId, body: Answer) -> Request:
    """Answer a request; the outbox tells of it. 404 `request_not_found`; 409 `request_closed`."""
    return billing.answer_request(request_id, body.note, actor=operator)


@router.post("/{request_id}/close")
def close_request(billing: Door, operator: Operator, request_id: RequestId, body: Closing) -> Request:
    """Close a request for good; the outbox tells of it. 404 `request_not_found`; 409 `request_closed`."""
    return billing.close_request(request_id, body.note, actor=operator)


@router.put("/{request_id}/state")
def move_request(billing: Door, operator: Operator, request_id: RequestId, body: Move) -> Request:
    """Say where a request stands; the customer is told once. 404 `request_not_found`; 409 `request_closed`."""
    return billing.move_request(request_id, body.state, body.note, actor=operator)
