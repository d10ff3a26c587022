"""Prepared plans: built with every term in sight, changed, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from billing.api import Account, PlanActionTerms
from billing.errors import BillingError
from billing.schemas import Interval, Method, PaymentOption
from gateway.console.guard import Here
from gateway.console.paging import ASKED, paged, serial
from gateway.console.roles import may
from gateway.console.route import ConsoleRoute
from gateway.console.visit import Visit
from gateway.errors import Problem

INTERVALS: tuple[Interval, ...] = get_args(Interval)
OPTIONS: tuple[PaymentOption, ...] = get_args(PaymentOption)
METHODS: tuple[Method, ...] = get_args(Method)

router = APIRouter(route_class=ConsoleRoute)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says, as it was typed."""

    plan: str
    interval: str
    starts: str
    payment: str
    method: str
    services: tuple[str, ...]
    replaces: str
    request: str

    @classmethod
    def of(cls, values: dict[str, str], services: list[str]) -> Draft:
        """From the address, or from the form."""
        told = {name: values.get(name, "").strip() for name in ("plan", "interval", "starts", "payment", "method")}
        return cls(
            **told, services=tuple(services), replaces=values.get("replaces", ""), request=values.get("request", "")
        )

    def terms(self, account: Account) -> dict[str, Any]:
        """As the door of billing takes them.

        Raises:
            Problem: 422 `offer_incomplete`.
        """
        if self.interval not in INTERVALS or self.payment not in OPTIONS or self.method not in ("", *METHODS):
            raise Problem(422, "offer_incomplete", "Choose a plan, its period and how it is paid.")
        return {
            "plan": self.plan,
            "interval": self.interval,
            "starts_at": self._starts(account),
            "payment_option": self.payment,
            "payment_method": self.method or None,
            "services": list(self.services) or None,
        }

    def _starts(self, account: Account) -> datetime | None:
        if not self.starts:
            return None
        try:
            day = date.fromisoformat(self.starts)
        except ValueError:
            raise Problem(422, "day_invalid", "The first day is not a date.") from None
        return datetime.combine(day, time(), ZoneInfo(account.time_zone)).astimezone(UTC)


@router.get("/offers")
@may("offers.read")
def list_offers(visit: Here) -> Response:
    """Offers that wait for their customers, newest first."""
    found = visit.billing.offers_page(before=visit.number("before"), limit=ASKED)
    rows, older = paged(found, lambda row: serial(row.number))
    return visit.page("offers.html", rows=rows, older=older)


@router.get("/accounts/{account_id}/offers/new")
@may("offers.write")
def draft_offer(visit: Here, account_id: str) -> Response:
    """The form, and every term of what it says, worked out by billing."""
    query = visit.request.query_params
    draft = Draft.of(dict(query), query.getlist("service"))
    if not draft.plan:
        return visit.page("offer.html", **_form(visit, account_id, draft))
    return _shown(visit, account_id, draft)


@router.post("/accounts/{account_id}/offers")
@may("offers.write")
def prepare_offer(visit: Here, account_id: str) -> Response:
    """Offer what was previewed: other terms by then are shown again, and not offered."""
    draft = Draft.of(dict(visit.form), [name for name in visit.given("services").split(",") if name])
    account = visit.billing.account(account_id)
    try:
        terms = draft.terms(account)
        seen = visit.billing.preview_plan(account_id, **terms)
        if _agreed(seen) != visit.given("agreed", 64):
            raise Problem(409, "terms_changed", "The terms are not those that were seen.")
        made = visit.billing.prepare_plan(
            account_id,
            **terms,
            key=visit.key,
            replaces=draft.replaces or None,
            request=draft.request or None,
            actor=visit.actor,
        )
    except (BillingError, Problem) as refused:
        return _shown(visit, account_id, draft, refused)
    return visit.see(f"accounts/{account_id}/offers/{made.number}", done="offered")


@router.get("/accounts/{account_id}/offers/{number}")
@may("offers.read")
def show_offer(visit: Here, account_id: str, number: str) -> Response:
    """An offer that waits, with all its terms."""
    account, terms = visit.billing.account(account_id), _one(visit, account_id, number)
    return visit.page("offer_shown.html", account=account, terms=terms, services=visit.words.services(visit.billing))


@router.post("/accounts/{account_id}/offers/{number}/withdraw")
@may("offers.write")
def withdraw_offer(visit: Here, account_id: str, number: str) -> Response:
    """Take it back before it is confirmed."""
    visit.billing.withdraw_offer(account_id, number, actor=visit.actor)
    return visit.see(f"accounts/{account_id}", done="withdrawn")


def _shown(visit: Visit, account_id: str, draft: Draft, refused: BillingError | Problem | None = None) -> Response:
    values = _form(visit, account_id, draft)
    try:
        seen = visit.billing.preview_plan(account_id, **draft.terms(values["account"]))
        values |= {"terms": seen, "agreed": _agreed(seen)}
    except (BillingError, Problem) as error:
        refused = refused or error
    return visit.refused("offer.html", refused, **values) if refused else visit.page("offer.html", **values)


def _form(visit: Visit, account_id: str, draft: Draft) -> dict[str, Any]:
    account = visit.billing.account(account_id)
    sold = visit.billing.plans(account.currency)
    return {
        "account": account,
        "draft": draft,
        "plans": {offer.plan: visit.words.of(offer.names, offer.plan) for offer in sold},
        "services": visit.words.services(visit.billing),
        "intervals": INTERVALS,
        "options": OPTIONS,
        "methods": METHODS,
        "terms": None,
        "agreed": "",
        "error": None,
    }


def _agreed(terms: PlanActionTerms) -> str:
    """Names the terms but not the number, which a preview only borrows."""
    return terms.model_copy(update={"number": ""}).checksum


def _one(visit: Visit, account_id: str, number: str) -> PlanActionTerms:
    for terms in visit.billing.plan_offers(account_id):
        if terms.number == number:
            return terms
    raise Problem(404, "offer_not_found", "No offer of that number waits.")
