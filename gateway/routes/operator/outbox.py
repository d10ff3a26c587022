"""The outbox: what was not delivered yet."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.routes.operator.common import Door, Operator

router = APIRouter(prefix="/outbox")


class Undelivered(BaseModel):
    """An event on its way, or given up (`dead`)."""

    id: int
    type: str
    destination: str
    state: Literal["pending", "dead"]
    attempts: int
    next_attempt_at: datetime
    last_error: str | None


class Outbox(BaseModel):
    """What was not delivered yet, oldest first."""

    events: list[Undelivered]


class Retried(BaseModel):
    """How many are tried again."""

    retried: int


@router.get("")
def list_outbox(billing: Door) -> Outbox:
    """What is pending or given up."""
    return Outbox.model_validate({"events": billing.undelivered()})


@router.post("/retry")
def retry_outbox(billing: Door, operator: Operator) -> Retried:
    """Try again what was given up."""
    return Retried(retried=billing.retry_dead_letters(actor=operator))
