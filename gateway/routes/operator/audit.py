"""The audit trail: who changed what, when, from what, to what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from billing.api import AuditEntry
from gateway.routes.operator.common import Door

router = APIRouter(prefix="/audit")


class Trail(BaseModel):
    """A page of the trail, newest first; follow `next` as `before`."""

    entries: list[AuditEntry]
    next: int | None


@router.get("")
def audit_trail(
    billing: Door,
    subject: Annotated[
        str | None, Query(max_length=200, description="Of this account, request, transfer only.")
    ] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Trail:
    """Changes by operators and customers, newest first."""
    found = billing.audit_trail(subject=subject, before=before, limit=limit + 1)
    return Trail(entries=found[:limit], next=found[limit - 1].id if len(found) > limit else None)
