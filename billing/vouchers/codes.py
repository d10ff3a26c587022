"""Voucher codes: make them, say what they give, redeem them. Only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.audit import service as audit
from billing.clock import utc_now
from billing.errors import (
    AmountNotPositive,
    AmountTooFine,
    CurrencyMismatch,
    VoucherAlreadyRedeemed,
    VoucherCodeExists,
    VoucherCurrencyMismatch,
    VoucherExpired,
    VoucherKeyReused,
    VoucherNotFound,
    VoucherRevoked,
    VoucherTopUpNeeded,
    VoucherUnknown,
    VoucherUsedUp,
)
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.money import Money, minor_digits
from billing.vouchers import guard
from billing.vouchers import service as vouchers
from billing.vouchers.models import Redemption, Voucher, VoucherCode
from billing.vouchers.schemas import VoucherCodeDetail, VoucherTerms

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are read as another: 0 O, 1 I."""
_GUESSED = (VoucherUnknown, VoucherExpired, VoucherUsedUp, VoucherRevoked)
"""Refusals that who tries codes at random gets."""


def add_code(
    session: Session,
    code: str,
    amount: Money,
    *,
    uses: int = 1,
    expires_at: datetime | None = None,
    services: list[str] | None = None,
    valid_days: int | None = None,
    minimum_top_up: Money | None = None,
    label: str = "",
    at: datetime | None = None,
) -> VoucherCode:
    """Make a code redeemable; a code that is there already stays as it is.

    Raises:
        AmountNotPositive, AmountTooFine, CurrencyMismatch, ServiceNotFound: nothing was written.
    """
    for money in (amount, minimum_top_up or amount):
        _check_payable(money, amount.currency)
    vouchers.check_services(session, services)
    known = session.scalar(sa.select(VoucherCode).where(VoucherCode.code_hash == hash_code(code)))
    if known is not None:
        return known
    row = VoucherCode(
        code_hash=hash_code(code),
        currency=amount.currency,
        amount=amount.units,
        services=services or [],
        expires_at=expires_at,
        uses=uses,
        uses_left=uses,
        valid_days=valid_days,
        minimum_top_up=minimum_top_up.units if minimum_top_up else 0,
        label=label,
        created_at=at or utc_now(),
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row


def check_new(session: Session, code: str) -> None:
    """Refuse a code that is there already.

    Raises:
        VoucherCodeExists.
    """
    if session.scalar(sa.select(VoucherCode.id).where(VoucherCode.code_hash == hash_code(code))) is not None:
        raise VoucherCodeExists


def new_code() -> str:
    """Sixteen letters and digits nobody can guess (80 bits), in fours."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hash_code(code: str) -> str:
    """Of the code as it was meant: in upper case and of usual width, without surrounding space."""
    return hashlib.sha256(unicodedata.normalize("NFKC", code).strip().upper().encode()).hexdigest()


def attempt(session: Session, account_id: str, code: str, *, key: str, at: datetime, actor: str) -> Voucher | Exception:
    """Redeem, or give the refusal of a wrong code back instead of raising it: the try must be kept and counted.

    Raises:
        What `redeem` raises otherwise; then nothing is to be kept.
    """
    try:
        return redeem(session, account_id, code, key=key, at=at, actor=actor)
    except _GUESSED as refusal:
        guard.count(session, account_id, at)
        return refusal


def attempt_terms(session: Session, account_id: str, code: str, at: datetime) -> VoucherTerms | Exception:
    """`terms`, with a wrong code counted as `attempt` does: a preview is no way around the guard."""
    try:
        return terms(session, account_id, code, at)
    except _GUESSED as refusal:
        guard.count(session, account_id, at)
        return refusal


def of_key(session: Session, account_id: str, key: str) -> Voucher | None:
    """The voucher that the account's key was spent on."""
    return session.scalar(
        sa.select(Voucher)
        .join(Redemption, Redemption.voucher_id == Voucher.id)
        .where(Redemption.account_id == account_id, Redemption.key == key)
    )


def redeem(session: Session, account_id: str, code: str, *, key: str, at: datetime, actor: str) -> Voucher:
    """Give the account the code's credit: once per account and key, once per account and code.

    In all a code is never redeemed more often than its `uses`, however many try at once. A code with a minimum top-up
    asks for one top-up of at least that amount that was completed since the code was made; each top-up serves one
    code only. The caller owns the transaction: nothing here commits.

    Raises:
        AccountNotFound.
        VoucherKeyReused: the key was spent on another code.
        VoucherTriesExceeded: too many wrong codes in the last hour.
        VoucherUnknown, VoucherAlreadyRedeemed, VoucherRevoked, VoucherExpired, VoucherUsedUp, VoucherCurrencyMismatch,
        VoucherTopUpNeeded: nothing was written.
    """
    account = accounts.lock(session, account_id)
    before = session.scalar(sa.select(Redemption).where(Redemption.account_id == account_id, Redemption.key == key))
    if before is not None:
        if session.get_one(VoucherCode, before.code_id).code_hash != hash_code(code):
            raise VoucherKeyReused(key)
        return session.get_one(Voucher, before.voucher_id)
    row, top_up = _redeemable(session, account, code, at)
    voucher = vouchers.credit(
        session,
        account_id,
        Money(row.amount, row.currency),
        at=at,
        key=f"code:{row.id}",
        expires_at=_credit_end(row, at),
        services=row.services,
    )
    row.uses_left -= 1
    session.add(
        Redemption(code_id=row.id, account_id=account_id, key=key, voucher_id=voucher.id, top_up_id=top_up, at=at)
    )
    session.flush()
    after = {"account": account_id, "amount": str(Money(row.amount, row.currency)), "code": row.number}
    audit.record(session, actor=actor, action="voucher.redeem", subject=voucher.number, at=at, after=after)
    return voucher


def terms(session: Session, account_id: str, code: str, at: datetime) -> VoucherTerms:
    """What redeeming the code would give now. Raises what `redeem` would."""
    account = accounts.lock(session, account_id)
    row, _ = _redeemable(session, account, code, at)
    zone = accounts.zone(account)
    end = _credit_end(row, at)
    return VoucherTerms(
        amount=Money(row.amount, row.currency),
        services=row.services,
        expires_at=end.astimezone(zone) if end else None,
        expires_on=end.astimezone(zone).date() if end else None,
        redeem_by=row.expires_at.astimezone(zone) if row.expires_at else None,
        minimum_top_up=_minimum(row),
    )


def revoke(session: Session, number: str, *, at: datetime, actor: str) -> VoucherCode:
    """Let a code be redeemed no more, once; credit that it gave stays.

    Raises:
        VoucherNotFound: no code has that number.
    """
    query = sa.select(VoucherCode).where(VoucherCode.id == vouchers.row_id(number, "VC-")).with_for_update()
    row = session.scalar(query)
    if row is None:
        raise VoucherNotFound(number)
    if row.revoked_at is None:
        row.revoked_at = at
        audit.record(session, actor=actor, action="voucher_code.revoke", subject=row.number, at=at)
    return row


def everyone(session: Session) -> list[VoucherCodeDetail]:
    """All codes, newest first."""
    return [detail(row) for row in session.scalars(sa.select(VoucherCode).order_by(VoucherCode.id.desc()))]


def detail(row: VoucherCode) -> VoucherCodeDetail:
    """As operators see it."""
    return VoucherCodeDetail(
        id=row.number,
        label=row.label,
        amount=Money(row.amount, row.currency),
        uses=row.uses,
        uses_left=row.uses_left,
        services=row.services,
        expires_at=row.expires_at,
        valid_days=row.valid_days,
        minimum_top_up=_minimum(row),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _redeemable(session: Session, account: AccountRow, code: str, at: datetime) -> tuple[VoucherCode, int | None]:
    """The code, held until the transaction ends, and the top-up that serves it. The account is locked before it."""
    guard.check(session, account.id, at)
    row = session.scalar(sa.select(VoucherCode).where(VoucherCode.code_hash == hash_code(code)).with_for_update())
    if row is None:
        raise VoucherUnknown
    given = sa.select(Redemption.id).where(Redemption.account_id == account.id, Redemption.code_id == row.id)
    if session.scalar(given) is not None:
        raise VoucherAlreadyRedeemed
    if row.revoked_at is not None:
        raise VoucherRevoked
    if row.expires_at is not None and row.expires_at <= at:
        raise VoucherExpired
    if row.uses_left <= 0:
        raise VoucherUsedUp
    if row.currency != account.currency:
        raise VoucherCurrencyMismatch(expected=account.currency, given=row.currency)
    return row, _top_up(session, account, row)


def _top_up(session: Session, account: AccountRow, row: VoucherCode) -> int | None:
    if not row.minimum_top_up:
        return None
    spent = sa.select(Redemption.top_up_id).where(Redemption.top_up_id.is_not(None))
    found = session.scalar(
        sa.select(LedgerTransaction.id)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(
            LedgerTransaction.owner == account.id,
            LedgerTransaction.kind == "top_up",
            LedgerTransaction.at >= row.created_at,
            LedgerTransaction.id.not_in(spent),
            LedgerAccount.kind == "clearing",  # what came, though a part of it paid what was owed
            LedgerEntry.units <= -row.minimum_top_up,
        )
        .order_by(LedgerEntry.units.desc(), LedgerTransaction.id)
        .limit(1)
    )
    if found is None:
        raise VoucherTopUpNeeded(minimum=_minimum(row))
    return found


def _minimum(row: VoucherCode) -> Money | None:
    return Money(row.minimum_top_up, row.currency) if row.minimum_top_up else None


def _credit_end(row: VoucherCode, at: datetime) -> datetime | None:
    return at + timedelta(days=row.valid_days) if row.valid_days is not None else row.expires_at


def _check_payable(money: Money, currency: str) -> None:
    if money.currency != currency:
        raise CurrencyMismatch(currency, money.currency)
    if money.units <= 0:
        raise AmountNotPositive
    if not money.is_payable():
        raise AmountTooFine(currency=money.currency, decimals=minor_digits(money.currency))
