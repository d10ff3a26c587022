"""The ledger: verify it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from billing.api import Violation
from gateway.routes.operator.common import Door

router = APIRouter(prefix="/ledger")


class Verification(BaseModel):
    """Whether every invariant holds, and where not."""

    ok: bool
    violations: list[Violation]


@router.get("/verify")
def verify_ledger(billing: Door) -> Verification:
    """Derive every balance again from the entries and check every invariant. Takes as long as the ledger is large."""
    violations = billing.verify_ledger()
    return Verification(ok=not violations, violations=violations)
