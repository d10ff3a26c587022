"""Correcting an account's top-up credit by hand, in both directions, never below zero, once per key."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.corrections.models import Correction
from billing.corrections.schemas import Adjustment
from billing.errors import AdjustmentKeyReused, AmountInvalid, AmountTooFine, CreditInsufficient, NoteInvalid
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money, minor_digits

LONGEST_REASON = 1000
"""Characters."""


def adjust(
    session: Session, account_id: str, amount: Decimal, *, reason: str, key: str, at: datetime, actor: str
) -> tuple[Adjustment, bool]:
    """Add to the top-up credit (`amount` above zero) or take from it; False when the key was spent on it before.

    The caller owns the transaction: nothing here commits.

    Raises:
        AccountNotFound, AmountInvalid, AmountTooFine, NoteInvalid: nothing was written.
        CreditInsufficient: more would be taken than is there.
        AdjustmentKeyReused: the key was spent on another adjustment of the account.
    """
    account = accounts.lock(session, account_id)
    money, reason = payable(amount, account.currency), stated(reason)
    if (before := of_key(session, account_id, key)) is not None:
        if (before.amount, before.reason) != (money.units, reason):
            raise AdjustmentKeyReused(key)
        return schema(before, account), False
    top_up = ledger.balance(session, account_id, "top_up", account.currency)
    if top_up + money < Money.zero(account.currency):
        raise CreditInsufficient(available=top_up)
    row = Correction(
        account_id=account_id,
        key=key,
        currency=account.currency,
        amount=money.units,
        reason=reason,
        top_up_after=(top_up + money).units,
        at=at,
        actor=actor,
    )
    session.add(row)
    session.flush()
    ledger.post_once(
        session,
        owner=account_id,
        key=f"correction:{row.id}",
        kind="correction",
        at=at,
        postings=[Posting("top_up", money), Posting("corrections", -money)],
    )
    return schema(row, account), True


def of_key(session: Session, account_id: str, key: str) -> Correction | None:
    """The correction of the account that this key was spent on."""
    return session.scalar(sa.select(Correction).where(Correction.account_id == account_id, Correction.key == key))


def schema(row: Correction, account: AccountRow) -> Adjustment:
    """As it crosses the door."""
    return Adjustment(
        id=row.number,
        account=row.account_id,
        amount=Money(row.amount, row.currency),
        reason=row.reason,
        top_up=Money(row.top_up_after, row.currency),
        at=row.at.astimezone(accounts.zone(account)),
    )


def payable(amount: Decimal, currency: str) -> Money:
    """The amount as money that coins can express, and not nothing.

    Raises:
        AmountInvalid, AmountTooFine: it is not.
    """
    money = Money.of(amount, currency)
    if not money:
        raise AmountInvalid(str(amount))
    if not money.is_payable():
        raise AmountTooFine(currency=currency, decimals=minor_digits(currency))
    return money


def stated(reason: str) -> str:
    """The reason as it is kept.

    Raises:
        NoteInvalid: there is none, or it is too long.
    """
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise NoteInvalid
    return reason
