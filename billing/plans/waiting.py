"""Offers of all accounts that wait for their customers, for operators."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.money import Money
from billing.plans.models import Subscription
from billing.schemas import Interval, MoneyField, PaymentOption, Schema


class OfferEntry(Schema):
    """A waiting offer in a list; its terms in full are `Billing.plan_offers`'s."""

    account: str
    number: str
    plan: str
    interval: Interval
    price: MoneyField
    payment_option: PaymentOption
    prepared_at: datetime


def page(session: Session, at: datetime, *, before: int | None, limit: int) -> list[OfferEntry]:
    """Newest first; `before`: older than that number."""
    query = sa.select(Subscription).where(*_waits(at)).order_by(Subscription.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Subscription.id < before)
    return [_entry(session, row) for row in session.scalars(query)]


def count(session: Session, at: datetime) -> int:
    """How many wait."""
    return session.scalar(sa.select(sa.func.count(Subscription.id)).where(*_waits(at))) or 0


def _waits(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """As `plans.offers.waiting` has it of one account."""
    can_be_confirmed = sa.or_(Subscription.valid_until.is_(None), Subscription.valid_until > at)
    undecided = (Subscription.confirmed_at, Subscription.accepted_at, Subscription.withdrawn_at)
    return (*(instant.is_(None) for instant in undecided), can_be_confirmed)


def _entry(session: Session, row: Subscription) -> OfferEntry:
    return OfferEntry.model_validate(
        {
            "account": row.account_id,
            "number": row.number,
            "plan": row.plan,
            "interval": row.interval,
            "price": Money(row.price, row.currency),
            "payment_option": row.payment_option,
            "prepared_at": row.prepared_at.astimezone(accounts.zone(accounts.find(session, row.account_id))),
        }
    )
