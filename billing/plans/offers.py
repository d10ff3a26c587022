"""Prepared plans: an offer, its terms, its confirmation."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.errors import OfferAwaitsPayment, OfferExpired, OfferNotFound, PeriodInvalid
from billing.invoices import service as invoices
from billing.payments.providers.ways import ways_of
from billing.plans import periods, steps, terms, upfront
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import PlanActionTerms
from billing.plans.steps import Asked, Step
from billing.schemas import Interval, Method, PaymentOption

VALID_DAYS = 30
"""How long an offer can be confirmed where nothing else is said, in the account's days."""


def waiting(session: Session, account_id: str, at: datetime) -> list[Subscription]:
    """The offers that can still be confirmed, oldest first."""
    return [row for row in _unbegun(session, account_id) if row.accepted_at is None and not plans.has_expired(row, at)]


def find(session: Session, account_id: str, number: str, at: datetime) -> Subscription:
    """An offer that can be confirmed.

    Raises:
        OfferNotFound: the account has none of that number.
        OfferAwaitsPayment, OfferExpired: it was confirmed already; it could be confirmed until a day that has passed.
    """
    row = of_number(session, account_id, number)
    refuse_accepted(session, row)
    if plans.has_expired(row, at):
        raise OfferExpired(until=last_day(row, accounts.find(session, account_id)))
    return row


def of_number(session: Session, account_id: str, number: str) -> Subscription:
    """An offer that was not withdrawn and has not begun, whether it can be confirmed or not. Raises OfferNotFound."""
    for row in _unbegun(session, account_id):
        if row.number == number.strip().upper():
            return row
    raise OfferNotFound(number)


def refuse_accepted(session: Session, row: Subscription) -> None:
    """Raises OfferAwaitsPayment: the customer confirmed it already."""
    if awaited := upfront.awaited(session, row):
        raise OfferAwaitsPayment(amount=awaited.amount, invoice=awaited.invoice)


def refuse_where_none_waits(session: Session, account: AccountRow, at: datetime) -> None:
    """Say why nothing is there to be confirmed: it was already, or no longer can be.

    Raises:
        OfferAwaitsPayment, OfferExpired.
    """
    for row in reversed(_unbegun(session, account.id)):
        refuse_accepted(session, row)
        if plans.has_expired(row, at):
            raise OfferExpired(until=last_day(row, account))


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
    valid_until: date | None = None,
) -> Subscription:
    """A new offer, or other terms for one that waits (`replaces`): whoever saw the old ones has to confirm anew.

    Raises:
        PlanNotFound, ServiceNotFound, OfferNotFound, OfferAwaitsPayment, PaymentMethodUnknown, PeriodInvalid: its last
        day is over: nothing was written.
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
    row.valid_until = _valid_until(asked, valid_until)
    if replaces is not None:
        waits, drawn = of_number(asked.session, asked.account.id, replaces), row
        refuse_accepted(asked.session, waits)
        for name in _OFFERED:
            setattr(waits, name, getattr(drawn, name))
        row = waits
    asked.session.add(row)
    asked.session.flush()
    return row


_OFFERED = (
    *("plan", "catalogue_version", "interval", "services", "terms", "price", "amount", "payment_option"),
    *("payment_method", "starts_at", "ends_at", "anchor_at", "months", "prepared_at", "valid_until"),
)


def confirm(asked: Asked, offer: str) -> Step:
    """Make an offer the account's plan.

    It begins on its day; on the spot when that has passed; after the plans that are agreed already, when it would
    overlap them. One that is paid upfront by a way that does not settle at once begins with its payment.

    Raises:
        OfferNotFound: no offer of that number waits. OfferAwaitsPayment, OfferExpired.
    """
    row = find(asked.session, asked.account.id, offer, asked.at)
    planned = steps.copy(row)
    _place(asked, planned, _before(asked))

    def apply() -> Subscription:
        if upfront.is_needed(asked.session, row):
            _accept(asked, row)
        else:
            begin(asked, row)
        steps.take_payment(asked, row)
        return row

    return Step(_terms(asked, planned), row, apply)


def _accept(asked: Asked, row: Subscription) -> None:
    """Invoice an offer for the period that it would have if it were paid at once; it is placed when it is paid."""
    anchor, agreed = row.anchor_at or row.starts_at, row.terms
    _place(asked, row, _before(asked))
    invoices.issue(asked.session, row, asked.at)
    row.terms = agreed
    periods.place(row, asked.account, anchor)
    row.accepted_at = asked.at


def begin(asked: Asked, row: Subscription) -> None:
    """Let an offer begin, after the plans that are agreed by now."""
    before = _before(asked)
    _place(asked, row, before)
    steps.begin(asked, row, before)


def offered(asked: Asked, row: Subscription) -> PlanActionTerms:
    """What the customer would confirm."""
    return confirm(asked, row.number).terms


def request_of(session: Session, number: str) -> int | None:
    """The row of the request that a plan was prepared for."""
    return session.scalar(sa.select(Subscription.request_id).where(Subscription.id == int(number.removeprefix("P-"))))


def last_day(row: Subscription, account: AccountRow) -> date | None:
    """The last of the account's days on which an offer can be confirmed; None: it stays."""
    return None if row.valid_until is None else periods.day(row.valid_until - timedelta(microseconds=1), account)


def _unbegun(session: Session, account_id: str) -> list[Subscription]:
    return [row for row in plans.of_account(session, account_id) if row.confirmed_at is None]


def _valid_until(asked: Asked, day: date | None) -> datetime:
    last = asked.today + timedelta(days=VALID_DAYS) if day is None else day
    if last < asked.today:
        raise PeriodInvalid(f"{last} is over")
    return datetime.combine(last + timedelta(days=1), time.min, accounts.zone(asked.account))


def _terms(asked: Asked, planned: Subscription) -> PlanActionTerms:
    once_paid = upfront.is_needed(asked.session, planned)
    period = terms.of(asked.session, asked.account, planned, asked.at, once_paid=once_paid)
    return asked.terms(
        "confirm",
        planned,
        now=period.starts == "now",
        on=period.starts_on,
        begins=period,
        valid_until=last_day(planned, asked.account),
        request=planned.request_number,
    )


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
