"""Accounts: create, list, show, support tier, credit."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from billing.api import Account, Adjustment, Balance, PlanDetail
from billing.schemas import SupportTier
from gateway.routes.operator.common import AccountId, Amount, Body, Door, Key, Operator

router = APIRouter(prefix="/accounts")


class NewAccount(Body):
    """A new account; its currency is fixed for good."""

    id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str = Field(default="UTC", max_length=64, description="An IANA name.")
    language: Literal["en", "ja", "ko"] = "en"


class Accounts(BaseModel):
    """A page of accounts, by id; follow `next` as `after`."""

    accounts: list[Account]
    next: str | None


class AccountDetail(BaseModel):
    """An account with its balance and newest plan."""

    account: Account
    balance: Balance
    plan: PlanDetail | None


class NewTier(Body):
    """A support tier."""

    tier: SupportTier


class NewAdjustment(Body):
    """What to add to the top-up credit, or take from it (below zero), and why."""

    amount: Amount
    reason: str = Field(min_length=1, max_length=1000)


@router.post("", status_code=201)
def create_account(billing: Door, operator: Operator, body: NewAccount) -> Account:
    """Create an account with basic support. 409 `account_exists`; 422 `currency_unknown`, `time_zone_unknown`."""
    return billing.create_account(
        body.id,
        name=body.name,
        currency=body.currency,
        time_zone=body.time_zone,
        language=body.language,
        actor=operator,
    )


@router.get("")
def list_accounts(
    billing: Door,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Accounts:
    """Accounts by id, a page at a time."""
    found = [account for account in billing.accounts() if after is None or account.id > after]
    page = found[:limit]
    return Accounts(accounts=page, next=page[-1].id if len(found) > limit else None)


@router.get("/{account_id}")
def show_account(billing: Door, account_id: AccountId) -> AccountDetail:
    """An account with its balance and newest plan. 404 `account_not_found`."""
    account = billing.account(account_id)
    return AccountDetail(account=account, balance=billing.balance(account_id), plan=billing.plan(account_id))


@router.put("/{account_id}/support-tier")
def set_support_tier(billing: Door, operator: Operator, account_id: AccountId, body: NewTier) -> Account:
    """Move the account's support plan. 404 `account_not_found`."""
    return billing.set_support_tier(account_id, body.tier, actor=operator)


@router.post("/{account_id}/adjustments", status_code=201)
def adjust_credit(
    billing: Door, operator: Operator, account_id: AccountId, body: NewAdjustment, key: Key
) -> Adjustment:
    """Correct the top-up credit in either direction, never below zero, once for the `Idempotency-Key`.

    404 `account_not_found`; 409 `adjustment_key_reused`; 422 `credit_insufficient`, `amount_invalid`,
    `amount_too_fine`, `note_invalid`.
    """
    return billing.adjust_credit(account_id, body.amount, reason=body.reason, key=key, actor=operator)
