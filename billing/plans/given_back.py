"""Offers that are given back: withdrawn by an operator, or not wanted by the customer, with the reason."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.catalogue import service as catalogues
from billing.errors import NoteInvalid
from billing.invoices import credit_notes
from billing.invoices import service as invoices
from billing.money import Money
from billing.plans import offers
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import DeclinedOffer
from billing.plans.steps import Asked

WITHDRAWN = "offer_withdrawn"
"""The reason of the credit note for an offer that was invoiced and never began; the document puts it into words."""
LONGEST_REASON = 1000
"""Characters."""


def take_back(asked: Asked, row: Subscription, *, actor: str) -> None:
    """Withdraw an offer that has not begun; the invoice of one that was confirmed is taken back by a credit note.

    What was paid of it becomes top-up credit.
    """
    if row.accepted_at is not None and (invoice := invoices.of_period(asked.session, row)) is not None:
        credit_notes.take_back_rest(
            asked.session, invoice, reason=WITHDRAWN, key=f"offer:{row.id}", at=asked.at, actor=actor
        )
    plans.withdraw(asked.session, row, asked.at)


def decline(asked: Asked, number: str, reason: str | None, *, actor: str) -> tuple[Subscription, bool]:
    """Note that the customer does not want an offer, and why; whether it was news: a repeat changes nothing.

    Raises:
        OfferNotFound: the account has none of that number that has not begun.
        NoteInvalid: the reason is longer than is kept. Nothing was written.
    """
    row = next((row for row in declined(asked.session, asked.account.id) if row.number == number), None)
    if row is not None:
        return row, False
    row = offers.of_number(asked.session, asked.account.id, number)
    reason = (reason or "").replace("\x00", "").strip() or None
    if reason is not None and len(reason) > LONGEST_REASON:
        raise NoteInvalid
    take_back(asked, row, actor=actor)
    row.declined_at, row.decline_reason = asked.at, reason
    asked.session.flush()
    return row, True


def declined(session: Session, account_id: str | None = None) -> list[Subscription]:
    """The offers that customers did not want, newest first: of an account or of all."""
    query = sa.select(Subscription).where(Subscription.declined_at.is_not(None))
    if account_id is not None:
        query = query.where(Subscription.account_id == account_id)
    return list(session.scalars(query.order_by(Subscription.declined_at.desc(), Subscription.id.desc())))


def schema(session: Session, row: Subscription) -> DeclinedOffer:
    """As it crosses the door, at the time of the account's zone."""
    account = accounts.find(session, row.account_id)
    _, sold = catalogues.version(session, row.catalogue_version)
    return DeclinedOffer.model_validate(
        {
            "account": row.account_id,
            "number": row.number,
            "plan": row.plan,
            "names": dict(catalogues.plan(sold, row.plan).names),
            "interval": row.interval,
            "price": Money(row.price, row.currency),
            "reason": row.decline_reason,
            "request": row.request_number,
            "declined_at": (row.declined_at or row.prepared_at).astimezone(accounts.zone(account)),
        }
    )
