"""Voucher credit: give it, offer it by code, find what is good for a service at an instant."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import AmountNotPositive, CurrencyMismatch
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.vouchers.models import Voucher, VoucherCode


def credit(
    session: Session,
    account_id: str,
    amount: Money,
    *,
    at: datetime,
    key: str,
    expires_at: datetime | None = None,
    services: list[str] | None = None,
) -> Voucher:
    """Give an account voucher credit, once per account and key.

    Raises:
        AccountNotFound, AmountNotPositive, CurrencyMismatch: nothing was written.
    """
    account = accounts.lock(session, account_id)
    if amount.units <= 0:
        raise AmountNotPositive
    if amount.currency != account.currency:
        raise CurrencyMismatch(account.currency, amount.currency)
    before = ledger.posted(session, f"voucher:{account_id}:{key}")
    if before is not None:
        return _of_transaction(session, before.id)
    row = Voucher(
        account_id=account_id,
        currency=amount.currency,
        amount=amount.units,
        services=services or [],
        credited_at=at,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    ledger.post_once(
        session,
        owner=account_id,
        key=f"voucher:{account_id}:{key}",
        kind="voucher",
        at=at,
        postings=[Posting("voucher", amount, row.ref), Posting("promotion", -amount)],
    )
    return row


def add_code(
    session: Session,
    code: str,
    amount: Money,
    *,
    uses: int = 1,
    expires_at: datetime | None = None,
    services: list[str] | None = None,
) -> None:
    """Make a code redeemable; the same code twice changes nothing."""
    hashed = hash_code(code)
    if session.scalar(sa.select(VoucherCode.id).where(VoucherCode.code_hash == hashed)) is None:
        session.add(
            VoucherCode(
                code_hash=hashed,
                currency=amount.currency,
                amount=amount.units,
                services=services or [],
                expires_at=expires_at,
                uses_left=uses,
            )
        )


def hash_code(code: str) -> str:
    """Of the code in upper case without surrounding space."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def usable(session: Session, account_id: str, at: datetime) -> list[Voucher]:
    """Given and not expired at that instant, soonest expiry first, without expiry last."""
    query = sa.select(Voucher).where(
        Voucher.account_id == account_id,
        Voucher.credited_at <= at,
        sa.or_(Voucher.expires_at.is_(None), Voucher.expires_at > at),
    )
    return sorted(session.scalars(query), key=lambda v: (v.expires_at is None, v.expires_at or at, v.id))


def in_scope(voucher: Voucher, service: str) -> bool:
    """Whether the voucher may pay for the service."""
    return not voucher.services or service in voucher.services


def remaining(session: Session, voucher: Voucher) -> Money:
    """What is left of it."""
    return ledger.balance(session, voucher.account_id, "voucher", voucher.currency, voucher.ref)


def _of_transaction(session: Session, transaction_id: int) -> Voucher:
    from billing.ledger.models import LedgerAccount, LedgerEntry

    ref = session.scalar(
        sa.select(LedgerAccount.ref)
        .join(LedgerEntry, LedgerEntry.ledger_account_id == LedgerAccount.id)
        .where(LedgerEntry.transaction_id == transaction_id, LedgerAccount.kind == "voucher")
    )
    row = session.get(Voucher, int(ref or 0))
    assert row is not None
    return row
