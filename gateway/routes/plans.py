"""A plan's life over HTTP: see the terms, then do it on exactly those, once per `Idempotency-Key`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field

from billing.api import DeclinedOffer, PlanActionTerms, PlanReceipt
from billing.errors import OfferNotFound
from gateway.errors import Problem
from gateway.routes.account import Customer, Door

router = APIRouter(prefix="/v1/account", tags=["plans"])

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
Interval = Literal["monthly", "yearly"]


class Confirmation(BaseModel):
    """The `checksum` of the terms that were seen."""

    model_config = ConfigDict(extra="forbid")

    terms_checksum: str = Field(min_length=1, max_length=64)


class OfferConfirmation(Confirmation):
    """And the number of the prepared plan."""

    offer: str = Field(max_length=32)


class OfferRefusal(BaseModel):
    """The number of the prepared plan that is not wanted, and why: a code (`price`, …) or words."""

    model_config = ConfigDict(extra="forbid")

    offer: str = Field(max_length=32)
    reason: str | None = Field(default=None, max_length=1000)


class ChangeConfirmation(Confirmation):
    """And the plan to move to; no `interval`: that of the present plan."""

    plan: str = Field(max_length=64)
    interval: Interval | None = None


class Offers(BaseModel):
    """The prepared plans that wait, newest first."""

    offers: list[PlanActionTerms]


@router.get("/plan-offer")
def plan_offer(billing: Door, customer: Customer) -> PlanActionTerms:
    """The terms of the newest prepared plan that waits for confirmation; 404 `offer_not_found` where none does."""
    found = billing.plan_offer(customer.account)
    if found is None:
        raise OfferNotFound(customer.account)
    return found


@router.get("/plan-offers")
def plan_offers(billing: Door, customer: Customer) -> Offers:
    """The terms of every prepared plan that waits, newest first."""
    return Offers(offers=billing.plan_offers(customer.account))


@router.get("/plan/terms/{action}")
def plan_terms(
    action: Literal["confirm", "pause", "resume", "change", "cancel", "renew", "undo"],
    billing: Door,
    customer: Customer,
    offer: Annotated[str | None, Query(max_length=32)] = None,
    plan: Annotated[str | None, Query(max_length=64)] = None,
    interval: Interval | None = None,
) -> PlanActionTerms:
    """What the action would do, exactly: send its `checksum` with the action. Refuses what the action would refuse.

    `confirm` needs `offer`, `change` needs `plan`.
    """
    account = customer.account
    if action == "confirm":
        return billing.plan_confirm_terms(account, _given(offer, "offer"))
    if action == "change":
        return billing.plan_change_terms(account, _given(plan, "plan"), interval)
    told = {
        "pause": billing.plan_pause_terms,
        "resume": billing.plan_resume_terms,
        "cancel": billing.plan_cancel_terms,
        "renew": billing.plan_renewal_terms,
        "undo": billing.plan_undo_terms,
    }
    return told[action](account)


@router.post("/plan/confirm")
def confirm(body: OfferConfirmation, key: Key, billing: Door, customer: Customer) -> PlanReceipt:
    """Make a prepared plan the account's; 409 `terms_changed` when the offer is another by now."""
    return billing.confirm_plan(
        customer.account, body.offer, terms_checksum=body.terms_checksum, key=key, actor=_actor(customer)
    )


@router.post("/plan/decline")
def decline(body: OfferRefusal, billing: Door, customer: Customer) -> DeclinedOffer:
    """Say that a prepared plan is not wanted, and why; sales are told. A repeat gets the first outcome.

    One that was confirmed and is not paid is given up so, too. 404 `offer_not_found`; 422 `note_invalid`.
    """
    return billing.decline_plan(customer.account, body.offer, reason=body.reason, actor=_actor(customer))


@router.post("/plan/change")
def change(body: ChangeConfirmation, key: Key, billing: Door, customer: Customer) -> PlanReceipt:
    """Upgrade now, the unused rest credited; or downgrade at the period's end."""
    return billing.change_plan(
        customer.account,
        body.plan,
        body.interval,
        terms_checksum=body.terms_checksum,
        key=key,
        actor=_actor(customer),
    )


@router.post("/plan/{action}")
def act(
    action: Literal["pause", "resume", "cancel", "renew", "undo"],
    body: Confirmation,
    key: Key,
    billing: Door,
    customer: Customer,
) -> PlanReceipt:
    """Pause, resume, cancel at the period's end, renew by one period, or undo what was agreed for the period's end."""
    done = {
        "pause": billing.pause_plan,
        "resume": billing.resume_plan,
        "cancel": billing.cancel_plan,
        "renew": billing.renew_plan,
        "undo": billing.undo_plan_change,
    }
    return done[action](customer.account, terms_checksum=body.terms_checksum, key=key, actor=_actor(customer))


def _actor(customer: Customer) -> str:
    return f"customer:{customer.user}"


def _given(value: str | None, name: str) -> str:
    if value is None:
        raise Problem(422, "request_invalid", f"Name the `{name}`.")
    return value
