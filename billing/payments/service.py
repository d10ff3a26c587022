"""Payments: asked for once per key, found, and moved by what the provider reports. Nothing here touches the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import PaymentNotFound
from billing.money import Money
from billing.payments import cards
from billing.payments.models import PaymentRow, RefundRow
from billing.payments.providers.base import Intent
from billing.schemas import Payment

PAYABLE_FOR = timedelta(hours=24)
"""How long a customer can pay what they asked for."""
START_AFTER = timedelta(minutes=2)
"""After which a charge is taken up again by the reconciler: whoever was to make it is gone."""
ASK_AFTER, ASK_AT_MOST = timedelta(minutes=10), timedelta(hours=6)
"""After which the provider is asked about a payment that nothing was heard of; twice as long each time, up to that."""
OPEN = ("created", "waiting", "failed")
"""Nothing was paid yet, and it may be."""
OVER = ("succeeded", "cancelled", "expired")


def ask(
    session: Session,
    *,
    account_id: str,
    purpose: str,
    subject_id: int,
    subject: str,
    amount: Money,
    method: str,
    provider: str,
    card_id: int | None,
    key: str,
    at: datetime,
) -> PaymentRow:
    """Write what is to be asked of the provider, once per key. It is asked after this transaction, never in it.

    With a saved card the charge follows at once (`created`); without, it is for the customer to pay (`waiting`).
    """
    before = session.scalar(sa.select(PaymentRow).where(PaymentRow.key == key))
    if before is not None:
        return before
    expires_at = at + PAYABLE_FOR
    row = PaymentRow(
        token=uuid4().hex,
        key=key,
        account_id=account_id,
        purpose=purpose,
        subject_id=subject_id,
        subject=subject,
        currency=amount.currency,
        amount=amount.units,
        method=method,
        provider=provider,
        card_id=card_id,
        state="waiting" if card_id is None else "created",
        tries=0,
        checks=0,
        check_at=expires_at if card_id is None else at + START_AFTER,
        created_at=at,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, payment_id: str, account_id: str | None = None) -> PaymentRow:
    """The payment of that id, if it is the account's; any account's for None.

    Raises:
        PaymentNotFound.
    """
    digits = payment_id.strip().upper().removeprefix("PAY-")
    row = session.get(PaymentRow, int(digits)) if digits.isdecimal() and len(digits) < 18 else None
    if row is None or account_id not in (None, row.account_id):
        raise PaymentNotFound(payment_id)
    return row


def locked(session: Session, number: int) -> PaymentRow:
    """The payment as it is under its account's lock."""
    row = session.get_one(PaymentRow, number)
    accounts.lock(session, row.account_id)
    session.refresh(row)
    return row


def of_intent(session: Session, intent: str, token: str | None = None) -> PaymentRow | None:
    """The payment that an intent is of: by its reference, or by our token where that was never written down."""
    row = session.scalar(sa.select(PaymentRow).where(PaymentRow.reference == intent))
    if row is None and token:
        row = session.scalar(sa.select(PaymentRow).where(PaymentRow.token == token))
    return row


def of_subject(session: Session, purpose: str, subject_id: int) -> PaymentRow | None:
    """The newest payment of a top-up or an invoice."""
    query = sa.select(PaymentRow).where(PaymentRow.purpose == purpose, PaymentRow.subject_id == subject_id)
    return session.scalar(query.order_by(PaymentRow.id.desc()).limit(1))


def listed(
    session: Session, *, account_id: str | None = None, state: str | None = None, limit: int = 100
) -> Sequence[PaymentRow]:
    """Newest first."""
    query = sa.select(PaymentRow).order_by(PaymentRow.id.desc()).limit(limit)
    if account_id is not None:
        query = query.where(PaymentRow.account_id == account_id)
    return session.scalars(query if state is None else query.where(PaymentRow.state == state)).all()


def due(session: Session, at: datetime, limit: int = 100) -> list[int]:
    """Payments that the provider is to be asked about, longest due first."""
    query = sa.select(PaymentRow.id).where(PaymentRow.check_at <= at).order_by(PaymentRow.check_at, PaymentRow.id)
    return list(session.scalars(query.limit(limit)))


def to_start(session: Session, account_id: str | None = None) -> list[int]:
    """Charges that nobody made yet."""
    query = sa.select(PaymentRow.id).where(PaymentRow.state == "created", PaymentRow.tries == 0)
    return list(session.scalars(query if account_id is None else query.where(PaymentRow.account_id == account_id)))


def ask_again(row: PaymentRow | RefundRow, at: datetime) -> None:
    """Put the next question to the provider off: twice as long each time."""
    row.check_at = at + min(ASK_AFTER * 2 ** min(row.checks, 8), ASK_AT_MOST)
    row.checks += 1


def reported(row: PaymentRow, intent: Intent, at: datetime) -> None:
    """Move as the provider says, but never out of what is final. Money that came is `billing.settlement`'s to write.

    The answer of our own call may say `succeeded`: that is `processing` until the provider tells so, or is asked.
    """
    if row.state == "succeeded":
        return
    given_up = row.state in OVER
    if intent.state in {"succeeded", "processing"}:
        row.state, row.failure = "processing", None
    elif intent.state == "cancelled":
        row.state = row.state if given_up else "cancelled"
        row.check_at = None
        return
    elif not given_up:
        row.state, row.failure = intent.state, intent.failure
    if row.check_at is None or row.check_at > at + ASK_AFTER:
        row.check_at, row.checks = at + ASK_AFTER, 0


def sent_back(session: Session, row: PaymentRow, *, confirmed: bool = False) -> Money:
    """What of a payment went back or is going back; refunds that failed do not count.

    `confirmed`: only what the provider said that it does.
    """
    query = sa.select(sa.func.coalesce(sa.func.sum(RefundRow.amount), 0)).where(
        RefundRow.payment_id == row.id, RefundRow.state != "failed"
    )
    units = session.scalar(query.where(RefundRow.state != "created") if confirmed else query)
    return Money(int(units or 0), row.currency)


def schema(session: Session, row: PaymentRow) -> Payment:
    """As it crosses the door."""
    zone = accounts.zone(accounts.find(session, row.account_id))
    return Payment.model_validate(
        {
            "id": row.number,
            "account": row.account_id,
            "purpose": row.purpose,
            "number": row.subject,
            "amount": Money(row.amount, row.currency),
            "method": row.method,
            "state": row.state,
            "failure": row.failure,
            "card": cards.of_id(session, row.card_id),
            "refunded": sent_back(session, row),
            "created_at": row.created_at.astimezone(zone),
            "expires_at": row.expires_at.astimezone(zone),
            "settled_at": row.settled_at.astimezone(zone) if row.settled_at else None,
        }
    )
