"""Disputes: the amount is held when one is opened, comes back when it is won, and stays away when it is lost."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.money import Money
from billing.payments.models import DisputeRow, PaymentRow
from billing.payments.providers.base import AskedBack
from billing.payments.schemas import Dispute
from billing.settlement import postings

_RANK = {"inquiry": 0, "open": 1, "won": 2, "lost": 2}
"""A dispute moves only up: what comes late says nothing new."""


def reported(session: Session, payment: PaymentRow, told: AskedBack, at: datetime) -> str | None:
    """Write what the provider says of a dispute. The payment's lock is held.

    Gives what asks for a person, None where nothing does.
    """
    row = session.scalar(sa.select(DisputeRow).where(DisputeRow.reference == told.reference), execution_options=_FRESH)
    if row is None:
        if told.amount.currency != payment.currency:
            return f"{told.reference}: {told.amount} is disputed"
        row = _opened(session, payment, told, at)
    elif _RANK[told.state] <= _RANK[row.state]:
        return None
    before, row.state = row.state, told.state
    amount = Money(row.amount, row.currency)
    if told.state in {"open", "lost"} and not row.held:
        postings.take(session, payment, amount, kind="dispute", key=f"dispute:{row.id}", at=at)
        row.held = True
    elif told.state == "won" and row.held:
        postings.give(session, payment, amount, kind="dispute", key=f"dispute:{row.id}:back", at=at)
        row.held = False
    if told.state in {"won", "lost"}:
        row.closed_at = at
    audit.record(
        session,
        actor="system",
        action="payment.dispute",
        subject=payment.number,
        at=at,
        before={"state": before},
        after={"dispute": row.number, "state": told.state, "amount": amount.plain(), "reason": row.reason},
    )
    session.flush()
    return None


_FRESH = {"populate_existing": True}


def _opened(session: Session, payment: PaymentRow, told: AskedBack, at: datetime) -> DisputeRow:
    row = DisputeRow(
        payment_id=payment.id,
        reference=told.reference,
        currency=told.amount.currency,
        amount=told.amount.units,
        reason=told.reason[:64],
        state="inquiry",
        held=False,
        opened_at=at,
    )
    session.add(row)
    session.flush()
    return row


def held(session: Session, payment: PaymentRow) -> Money:
    """What of a payment is held or lost by disputes."""
    units = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(DisputeRow.amount), 0)).where(
            DisputeRow.payment_id == payment.id, DisputeRow.held
        )
    )
    return Money(int(units or 0), payment.currency)


def of_payment(session: Session, payment: PaymentRow) -> list[Dispute]:
    """Oldest first."""
    zone = accounts.zone(accounts.find(session, payment.account_id))
    query = sa.select(DisputeRow).where(DisputeRow.payment_id == payment.id).order_by(DisputeRow.id)
    return [
        Dispute.model_validate(
            {
                "id": row.number,
                "payment": payment.number,
                "amount": Money(row.amount, row.currency),
                "reason": row.reason,
                "state": row.state,
                "opened_at": row.opened_at.astimezone(zone),
                "closed_at": row.closed_at.astimezone(zone) if row.closed_at else None,
            }
        )
        for row in session.scalars(query)
    ]
