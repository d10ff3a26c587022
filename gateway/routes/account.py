"""What the assistant says, as data: the same code, the same figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing.api import (
    Account,
    Balance,
    Billing,
    Change,
    CreditHistory,
    Forecast,
    Granularity,
    Invoice,
    Period,
    PlanComparison,
    PlanDetail,
    Recommendation,
    ServiceUsage,
    UsageReport,
    WhatIf,
)
from billing.api import Request as ServiceRequest
from gateway.auth import Identity, signed_in
from gateway.errors import Problem

router = APIRouter(prefix="/v1/account", tags=["account"])


def _billing(request: Request) -> Billing:
    return request.app.state.billing  # type: ignore[no-any-return]


Door = Annotated[Billing, Depends(_billing)]
Customer = Annotated[Identity, Depends(signed_in)]


class Invoices(BaseModel):
    """All invoices, newest first."""

    invoices: list[Invoice]


class Requests(BaseModel):
    """The account's requests to people, newest first."""

    requests: list[ServiceRequest]


class WhatIfQuestion(BaseModel):
    """Up to ten changes, each now or at the begin of a day (`on`), and how many days are looked ahead."""

    model_config = ConfigDict(extra="forbid")

    changes: list[Change] = Field(max_length=10)
    days: int = Field(default=90, ge=1, le=365)


@router.get("")
def account(billing: Door, customer: Customer) -> Account:
    """The account."""
    return billing.account(customer.account)


@router.get("/plan")
def plan(billing: Door, customer: Customer) -> PlanDetail:
    """The newest billing plan, whatever its status; 404 `plan_none` where there never was one."""
    found = billing.plan(customer.account)
    if found is None:
        raise Problem(404, "plan_none", "The account has no billing plan.")
    return found


@router.get("/balance")
def balance(billing: Door, customer: Customer) -> Balance:
    """What can be spent, bucket by bucket."""
    return billing.balance(customer.account)


@router.get("/usage")
def usage(
    billing: Door,
    customer: Customer,
    from_: Annotated[date | None, Query(alias="from")] = None,
    to: Annotated[date | None, Query()] = None,
    granularity: Granularity = "day",
) -> UsageReport:
    """Use over a period (both days inclusive, in the account's zone); the last 30 days when none is named.

    `series` has its days, weeks (from Monday) or months, each with its services; `trend` is the change against the
    period of the same length before.
    """
    return billing.usage_trend(customer.account, _period(from_, to), granularity)


@router.get("/services")
def services(billing: Door, customer: Customer) -> ServiceUsage:
    """Spend and remaining quota per service."""
    return billing.service_usage(customer.account)


@router.get("/credit-history")
def credit_history(
    billing: Door,
    customer: Customer,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> CreditHistory:
    """Top-ups, charges and vouchers, newest first; follow `next_cursor` as `cursor`."""
    return billing.credit_history(customer.account, limit=limit, cursor=cursor)


@router.get("/invoices")
def invoices(billing: Door, customer: Customer) -> Invoices:
    """All invoices, newest first."""
    return Invoices(invoices=billing.invoices(customer.account))


@router.get("/forecast")
def forecast(billing: Door, customer: Customer) -> Forecast:
    """When balance and plan run out, each with the days that hold it in 80 %; `reason` where it cannot be told."""
    return billing.forecast(customer.account)


@router.get("/recommendation")
def recommendation(
    billing: Door, customer: Customer, days: Annotated[int, Query(ge=30, le=360, multiple_of=30)] = 30
) -> Recommendation:
    """The last whole days of use priced on every plan, cheapest first, beside doing without a plan."""
    return billing.recommendation(customer.account, days)


@router.get("/plan-comparison")
def plan_comparison(
    billing: Door, customer: Customer, days: Annotated[int, Query(ge=30, le=360, multiple_of=30)] = 30
) -> PlanComparison:
    """The same beside what every plan costs at other volumes of use, and where another becomes the cheapest."""
    return billing.plan_comparison(customer.account, days)


@router.post("/what-if")
def what_if(question: WhatIfQuestion, billing: Door, customer: Customer) -> WhatIf:
    """How the next days go as it is, and with the changes: simulated on a copy, nothing is written or charged."""
    return billing.what_if(customer.account, question.changes, question.days)


@router.get("/requests")
def requests(billing: Door, customer: Customer) -> Requests:
    """Requests to sales and support, and where they stand."""
    return Requests(requests=billing.requests(customer.account))


def _period(from_: date | None, to: date | None) -> Period | None:
    if from_ is None and to is None:
        return None
    try:
        return Period.model_validate({"from": from_, "to": to})
    except ValidationError:
        raise Problem(422, "period_invalid", "Give both `from` and `to`, in order.") from None
