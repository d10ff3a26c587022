"""Prepared plans: an offer, its terms, its confirmation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.errors import OfferNotFound
from billing.payments.providers.ways import ways_of
from billing.plans import periods, steps, terms
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import PlanActionTerms
from billing.plans.steps import Asked, Step
from billing.schemas import Interval, Method, PaymentOption


def waiting(session: Session, account_id: str) -> list[Subscription]:
    """The offers that wait for the customer's confirmation, oldest first."""
    return [row for row in plans.of_account(session, account_id) if row.confirmed_at is None]


def find(session: Session, account_id: str, number: str) -> Subscription:
    """A waiting offer.

    Raises:
        OfferNotFound: the account has none of that number.
    """
    for row in waiting(session, account_id):
        if row.number == number:
            return row
    raise OfferNotFound(number)


def prepare(
    asked: Asked,
    *,
    plan: str,
    interval: Interval,
    starts_at: datetime | None,
    payment_option: PaymentOption,
    payment_method: Method | None,
    services: list[str] | None,
    replaces: str | None = None,
) -> Subscription:
    """A new offer, or other terms for one that waits (`replaces`): whoever saw the old ones has to confirm anew.

    Raises:
        PlanNotFound, ServiceNotFound, OfferNotFound, PaymentMethodUnknown: nothing was written.
    """
    if payment_method is not None:
        ways_of(asked.session).provider_of(payment_method)
    row = plans.draft(
        asked.session,
        asked.account,
        plan,
        interval,
        at=asked.at,
        payment_option=payment_option,
        payment_method=payment_method,
        services=services,
    )
    periods.place(row, asked.account, starts_at or asked.at)
    if replaces is not None:
        waits, drawn = find(asked.session, asked.account.id, replaces), row
        for name in _OFFERED:
            setattr(waits, name, getattr(drawn, name))
        row = waits
    asked.session.add(row)
    asked.session.flush()
    return row


_OFFERED = (
    *("plan", "catalogue_version", "interval", "services", "terms", "price", "amount", "payment_option"),
    *("payment_method", "starts_at", "ends_at", "anchor_at", "months", "prepared_at"),
)


def confirm(asked: Asked, offer: str) -> Step:
    """Make an offer the account's plan.

    It begins on its day; on the spot when that has passed; after the plans that are agreed already, when it would
    overlap them.

    Raises:
        OfferNotFound: no offer of that number waits.
    """
    row = find(asked.session, asked.account.id, offer)
    before = _before(asked)
    planned = steps.copy(row)
    _place(asked, planned, before)

    def apply() -> Subscription:
        _place(asked, row, before)
        steps.begin(asked, row, before)
        steps.take_payment(asked, row)
        return row

    return Step(_terms(asked, planned), row, apply)


def offered(asked: Asked, row: Subscription) -> PlanActionTerms:
    """What the customer would confirm."""
    return confirm(asked, row.number).terms


def _terms(asked: Asked, planned: Subscription) -> PlanActionTerms:
    period = terms.of(asked.session, asked.account, planned, asked.at)
    return asked.terms("confirm", planned, now=period.starts == "now", on=period.starts_on, begins=period)


def _place(asked: Asked, row: Subscription, before: Subscription | None) -> None:
    earliest = _free_from(asked, before)
    if row.starts_at < earliest:
        if before is not None and earliest == periods.end(before):
            periods.place_after(row, before, asked.account)
        else:
            periods.place(row, asked.account, earliest)
    elif row.starts_at > earliest:
        periods.keep_its_day(row)


def _free_from(asked: Asked, before: Subscription | None) -> datetime:
    if before is None or plans.has_ended(before, asked.at):
        return asked.at
    return max(asked.at, periods.end(before))


def _before(asked: Asked) -> Subscription | None:
    """The last period that is agreed."""
    agreed = [row for row in plans.of_account(asked.session, asked.account.id) if row.confirmed_at is not None]
    return max(agreed, key=lambda row: (row.starts_at, row.id), default=None)
