"""Refunds: asked for once per key, never more than was paid.

An amount is taken from the account when its refund is asked for, and given back where the refund fails.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.errors import (
    AmountNotPositive,
    AmountTooFine,
    CreditInsufficient,
    NoteInvalid,
    PaymentNotRefundable,
    RefundKeyReused,
    RefundTooLarge,
)
from billing.ledger import service as ledger
from billing.money import Money, minor_digits
from billing.payments import service as payments
from billing.payments.models import PaymentRow, RefundRow
from billing.payments.providers.base import SentBack
from billing.payments.schemas import Refund
from billing.settlement import disputes, postings

LONGEST_REASON = 500
_RANK = {"created": 0, "processing": 1, "succeeded": 2, "failed": 3}
"""A refund moves only up: what comes late says nothing new."""


def ask(
    session: Session,
    payment_id: str,
    amount: Decimal | None,
    *,
    reason: str,
    key: str,
    force: bool,
    actor: str,
    at: datetime,
) -> RefundRow:
    """Take the amount from the account and write what is to be asked of the provider, once per key.

    Raises:
        PaymentNotFound, PaymentNotRefundable, AmountInvalid, AmountNotPositive, AmountTooFine, NoteInvalid,
        RefundTooLarge, CreditInsufficient, RefundKeyReused: nothing was written.
    """
    payment = payments.locked(session, payments.find(session, payment_id).id)
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise NoteInvalid
    before = session.scalar(sa.select(RefundRow).where(RefundRow.key == key))
    if before is not None:
        given = (payment.id, reason, before.amount if amount is None else Money.of(amount, payment.currency).units)
        if (before.payment_id, before.reason, before.amount) != given:
            raise RefundKeyReused(key)
        return before
    money = _allowed(session, payment, amount)
    credit = ledger.balance(session, payment.account_id, "top_up", payment.currency)
    if money > credit and not force:
        raise CreditInsufficient(available=credit)
    row = _written(session, payment, money, key=key, reason=reason, at=at)
    row.check_at = at + payments.START_AFTER
    audit.record(
        session,
        actor=actor,
        action="payment.refund",
        subject=payment.number,
        at=at,
        after={"refund": row.number, "amount": money.plain(), "reason": reason, "forced": force},
    )
    return row


def _allowed(session: Session, payment: PaymentRow, amount: Decimal | None) -> Money:
    if payment.state != "succeeded" or payment.reference is None:
        raise PaymentNotRefundable(payment.number)
    paid = Money(payment.amount, payment.currency)
    left = paid - payments.sent_back(session, payment) - disputes.held(session, payment)
    money = left if amount is None else Money.of(amount, payment.currency)
    if money.units <= 0 and amount is not None:
        raise AmountNotPositive
    if not money.is_payable():
        raise AmountTooFine(currency=payment.currency, decimals=minor_digits(payment.currency))
    if money > left or money.units <= 0:
        raise RefundTooLarge(available=max(left, Money.zero(payment.currency)))
    return money


def _written(
    session: Session, payment: PaymentRow, money: Money, *, key: str, reason: str, at: datetime, token: str = ""
) -> RefundRow:
    row = RefundRow(
        token=token or uuid4().hex,
        key=key,
        payment_id=payment.id,
        currency=payment.currency,
        amount=money.units,
        reason=reason,
        state="created",
        tries=0,
        checks=0,
        created_at=at,
    )
    session.add(row)
    session.flush()
    postings.take(session, payment, money, kind="refund", key=f"refund:{row.id}", at=at)
    return row


def of_report(session: Session, told: SentBack) -> RefundRow | None:
    """The refund that the provider tells of."""
    row = session.scalar(sa.select(RefundRow).where(RefundRow.reference == told.reference))
    if row is None and told.token:
        row = session.scalar(sa.select(RefundRow).where(RefundRow.token == told.token))
    return row


def reported(session: Session, payment: PaymentRow, told: SentBack, at: datetime) -> str | None:
    """Write what the provider says of a refund, also of one that was made in its dashboard. The lock is held.

    Gives what asks for a person, None where nothing does.
    """
    row = of_report(session, told)
    if row is None:
        if told.state == "failed":
            return None
        left = Money(payment.amount, payment.currency) - payments.sent_back(session, payment, confirmed=True)
        if told.amount.currency != payment.currency or told.amount > left:
            return f"{told.reference}: {told.amount} went back, of {left} that was left"
        row = _written(session, payment, told.amount, key=f"{payment.provider}:{told.reference}", reason="", at=at)
    session.refresh(row)
    row.reference = told.reference
    if _RANK[told.state] > _RANK[row.state]:
        row.state = told.state
        if told.state == "failed":
            _give_back(session, payment, row, at)
        if told.state in {"succeeded", "failed"}:
            row.settled_at = at
    row.check_at = None if row.settled_at else row.check_at
    session.flush()
    return None


def refused(session: Session, payment: PaymentRow, row: RefundRow, at: datetime) -> None:
    """The provider said no: nothing goes back. The lock is held."""
    session.refresh(row)
    if row.state == "created":
        row.state, row.settled_at, row.check_at = "failed", at, None
        _give_back(session, payment, row, at)
        session.flush()


def _give_back(session: Session, payment: PaymentRow, row: RefundRow, at: datetime) -> None:
    amount = Money(row.amount, row.currency)
    postings.give(session, payment, amount, kind="refund", key=f"refund:{row.id}:back", at=at)


def due(session: Session, at: datetime, limit: int = 100) -> list[int]:
    """Refunds that the provider is to be asked about."""
    return list(session.scalars(sa.select(RefundRow.id).where(RefundRow.check_at <= at).limit(limit)))


def of_payment(session: Session, payment: PaymentRow) -> list[Refund]:
    """Oldest first."""
    query = sa.select(RefundRow).where(RefundRow.payment_id == payment.id).order_by(RefundRow.id)
    return [schema(session, payment, row) for row in session.scalars(query)]


def schema(session: Session, payment: PaymentRow, row: RefundRow) -> Refund:
    """As it crosses the door."""
    zone = accounts.zone(accounts.find(session, payment.account_id))
    return Refund.model_validate(
        {
            "id": row.number,
            "payment": payment.number,
            "amount": Money(row.amount, row.currency),
            "reason": row.reason,
            "state": row.state,
            "created_at": row.created_at.astimezone(zone),
            "settled_at": row.settled_at.astimezone(zone) if row.settled_at else None,
        }
    )
