"""Prepared plans: build one (from a request), list, withdraw; which were declined, and why."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from billing.api import DeclinedOffer, PlanActionTerms, PlanPeriod
from billing.schemas import Interval, Method, PaymentOption
from gateway.routes.operator.common import AccountId, Body, Door, Key, Operator

router = APIRouter()

OfferId = Annotated[str, Path(max_length=32, description="The offer's number, P-000012.")]


class NewOffer(Body):
    """What to offer. Left out: the plan's own services, from when it is confirmed, paid by invoice, for 30 days."""

    plan: str = Field(max_length=64)
    interval: Interval = "monthly"
    starts_on: date | None = None
    payment_option: PaymentOption = "full_upfront"
    payment_method: Method | None = None
    services: list[Annotated[str, Field(max_length=64)]] | None = Field(default=None, max_length=100)
    valid_until: date | None = None
    request: str | None = Field(default=None, max_length=32)
    replaces: str | None = Field(default=None, max_length=32)


class Periods(BaseModel):
    """Every period and offer of an account, newest first."""

    periods: list[PlanPeriod]


class Declined(BaseModel):
    """Prepared plans that were not wanted, newest first."""

    declined: list[DeclinedOffer]


@router.post("/accounts/{account_id}/offers", status_code=201)
def prepare(billing: Door, operator: Operator, account_id: AccountId, body: NewOffer, key: Key) -> PlanActionTerms:
    """Prepare a plan, or give a waiting one other terms (`replaces`), once for the `Idempotency-Key`.

    With `request` it answers that request, which is `offered` then. 404 `account_not_found`, `plan_not_found`,
    `service_not_found`, `offer_not_found`, `request_not_found`; 409 `plan_key_reused`, `offer_awaits_payment`,
    `request_closed`; 422 `period_invalid`: its last day is over.
    """
    zone = ZoneInfo(billing.account(account_id).time_zone)
    starts_at = datetime.combine(body.starts_on, time.min, zone) if body.starts_on else None
    return billing.prepare_plan(
        account_id,
        body.plan,
        body.interval,
        starts_at=starts_at,
        payment_option=body.payment_option,
        payment_method=body.payment_method,
        services=body.services,
        key=key,
        replaces=body.replaces,
        request=body.request,
        valid_until=body.valid_until,
        actor=operator,
    )


@router.get("/accounts/{account_id}/offers")
def list_periods(billing: Door, account_id: AccountId) -> Periods:
    """Every period and offer of an account, newest first, with what it waits for. 404 `account_not_found`."""
    return Periods(periods=billing.plan_periods(account_id))


@router.post("/accounts/{account_id}/offers/{offer}/withdraw", status_code=204)
def withdraw(billing: Door, operator: Operator, account_id: AccountId, offer: OfferId) -> None:
    """Take a prepared plan back before it begins; one that was invoiced gets a credit note. 404 `offer_not_found`."""
    billing.withdraw_offer(account_id, offer, actor=operator)


@router.get("/offers/declined")
def declined(billing: Door, account: Annotated[str | None, Query(max_length=64)] = None) -> Declined:
    """The prepared plans that customers did not want, and why: everybody's, or an account's."""
    return Declined(declined=billing.declined_offers(account))
