"""What is kept of a customer: exported, and erased after it was counted; by keys of the scope `privacy` alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from gateway.auth_operator import privacy_of
from gateway.privacy.finding import Whose
from gateway.privacy.schemas import ErasureReceipt, PersonalData, Plan
from gateway.privacy.service import Privacy
from gateway.routes.operator.common import AccountId, Body, Door

router = APIRouter(prefix="/accounts")

User = Annotated[str | None, Query(min_length=1, max_length=200, description="One user of it only; else all.")]


Officer = Annotated[str, Depends(privacy_of)]


class Confirmed(Body):
    """What the plan of the erasure said."""

    confirm: str = Field(min_length=1, max_length=64)


@router.post("/{account_id}/privacy/export")
def export_data(
    billing: Door, request: Request, officer: Officer, account_id: AccountId, user: User = None
) -> PersonalData:
    """All that is kept of them, as one document; it is audited that it was asked for. 404 `account_not_found`."""
    return Privacy(billing, request.app.state.settings).export(Whose(account_id, user), actor=officer)


@router.get("/{account_id}/privacy/erasure")
def plan_erasure(billing: Door, request: Request, account_id: AccountId, user: User = None) -> Plan:
    """What an erasure would remove. 404 `account_not_found`."""
    return Privacy(billing, request.app.state.settings).plan(Whose(account_id, user))


@router.post("/{account_id}/privacy/erasure")
def erase_data(
    billing: Door, request: Request, officer: Officer, account_id: AccountId, body: Confirmed, user: User = None
) -> ErasureReceipt:
    """Erase what the plan told, for good. 404 `account_not_found`; 409 `erasure_changed`."""
    privacy = Privacy(billing, request.app.state.settings)
    return privacy.erase(Whose(account_id, user), confirm=body.confirm, actor=officer)
