"""The guard against guessing codes: so many wrong ones per account and hour, kept in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.errors import VoucherTriesExceeded
from billing.vouchers.models import FailedTry

MOST = 10
WINDOW = timedelta(hours=1)


def check(session: Session, account_id: str, at: datetime) -> None:
    """Refuse even a right code after too many wrong ones. The caller holds the account's lock, so none slips by.

    Raises:
        VoucherTriesExceeded: with the `minutes` until the next try.
    """
    query = (
        sa.select(FailedTry.at)
        .where(FailedTry.account_id == account_id, FailedTry.at > at - WINDOW)
        .order_by(FailedTry.at.desc())
        .limit(MOST)
    )
    tries = session.scalars(query).all()
    if len(tries) == MOST:
        wait = tries[-1] + WINDOW - at
        raise VoucherTriesExceeded(minutes=max(1, -(-wait // timedelta(minutes=1))))


def count(session: Session, account_id: str, at: datetime) -> None:
    """A wrong code was tried. What is older than the window is forgotten."""
    session.execute(sa.delete(FailedTry).where(FailedTry.account_id == account_id, FailedTry.at <= at - WINDOW))
    session.add(FailedTry(account_id=account_id, at=at))
    session.flush()
