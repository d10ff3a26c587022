"""Demo mode only: tokens of the demo accounts, for the page at `/`. In production these calls are not there."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from billing.api import Account, Billing
from gateway.auth import issue
from gateway.errors import Problem

router = APIRouter(prefix="/demo", tags=["demo"])

LIFETIME = timedelta(minutes=55)


class TokenFor(BaseModel):
    """Whose token."""

    account: str = Field(max_length=64)


class Token(BaseModel):
    """A bearer token."""

    token: str


@router.post("/token")
async def token(body: TokenFor, request: Request) -> Token:
    """A token of a demo account."""
    state = request.app.state
    if body.account not in Billing.demo_accounts():
        raise Problem(404, "account_not_found", "The demo has no such account.")
    account: Account = await asyncio.to_thread(state.billing.account, body.account)
    return Token(token=issue(state.settings, account.id, f"demo-{account.id}", LIFETIME))
