"""Voucher credit: give it, take it back, find what is good for a service at an instant. Its codes: `codes`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.audit import service as audit
from billing.catalogue import service as catalogues
from billing.errors import AmountNotPositive, CurrencyMismatch, VoucherKeyReused, VoucherNotFound
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.vouchers.models import Voucher
from billing.vouchers.schemas import VoucherDetail, VoucherStatus


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


def give(
    session: Session,
    account_id: str,
    amount: Money,
    *,
    at: datetime,
    key: str,
    actor: str,
    expires_at: datetime | None = None,
    services: list[str] | None = None,
) -> Voucher:
    """What an operator gives without a code, once per account and key.

    Raises:
        ServiceNotFound and what `credit` raises: nothing was written.
        VoucherKeyReused: the key was spent on other credit.
    """
    check_services(session, services)
    accounts.lock(session, account_id)
    repeated = ledger.posted(session, f"voucher:{account_id}:given:{key}") is not None
    row = credit(session, account_id, amount, at=at, key=f"given:{key}", expires_at=expires_at, services=services)
    if (row.amount, row.expires_at, row.services) != (amount.units, expires_at, services or []):
        raise VoucherKeyReused(key)
    if not repeated:
        after = {"account": account_id, "amount": str(amount)}
        audit.record(session, actor=actor, action="voucher.give", subject=row.number, at=at, after=after)
    return row


def check_services(session: Session, services: list[str] | None) -> None:
    """Refuse a scope that names what is not sold.

    Raises:
        ServiceNotFound.
    """
    for service in services or []:
        catalogues.service(catalogues.current(session), service)


def revoke(session: Session, number: str, *, at: datetime, actor: str) -> Voucher:
    """Take back what is left of a voucher, once: nothing is charged to it from that instant.

    Raises:
        VoucherNotFound: no voucher has that number.
    """
    found = session.get(Voucher, row_id(number, "V-"))
    if found is None:
        raise VoucherNotFound(number)
    accounts.lock(session, found.account_id)
    session.refresh(found)
    if found.revoked_at is None:
        found.revoked_at = at
        post_out(session, found, key=f"voucher_revoked:{found.id}", kind="correction", at=at)
        audit.record(session, actor=actor, action="voucher.revoke", subject=found.number, at=at)
    return found


def post_out(session: Session, voucher: Voucher, *, key: str, kind: str, at: datetime) -> Money:
    """Post what is left of it back to where it came from; the caller holds the account's lock."""
    left = remaining(session, voucher)
    if left:
        ledger.post_once(
            session,
            owner=voucher.account_id,
            key=key,
            kind=kind,
            at=at,
            postings=[Posting("voucher", -left, voucher.ref), Posting("promotion", left)],
        )
    return left


def usable(session: Session, account_id: str, at: datetime) -> list[Voucher]:
    """Given, not expired and not revoked at that instant, soonest expiry first, without expiry last."""
    return usable_among(session.scalars(_OF_ACCOUNT, {"account": account_id}).all(), at)


_OF_ACCOUNT = sa.select(Voucher).where(Voucher.account_id == sa.bindparam("account"))


def usable_among(rows: Sequence[Voucher], at: datetime) -> list[Voucher]:
    """The same, of an account's vouchers in hand."""
    good = [
        v
        for v in rows
        if v.credited_at <= at
        and (v.expires_at is None or v.expires_at > at)
        and (v.revoked_at is None or v.revoked_at > at)
    ]
    return sorted(good, key=lambda v: (v.expires_at is None, v.expires_at or at, v.id))


def of_accounts(session: Session, account_ids: Collection[str]) -> dict[str, list[Voucher]]:
    """Every voucher of several accounts, expired ones too."""
    found: dict[str, list[Voucher]] = {account_id: [] for account_id in account_ids}
    for row in session.scalars(sa.select(Voucher).where(Voucher.account_id.in_(account_ids))):
        found[row.account_id].append(row)
    return found


def in_scope(voucher: Voucher, service: str) -> bool:
    """Whether the voucher may pay for the service."""
    return not voucher.services or service in voucher.services


def remaining(session: Session, voucher: Voucher) -> Money:
    """What is left of it."""
    return ledger.balance(session, voucher.account_id, "voucher", voucher.currency, voucher.ref)


def of_account(session: Session, account: AccountRow, at: datetime) -> list[VoucherDetail]:
    """All vouchers that it was given, newest first."""
    query = sa.select(Voucher).where(Voucher.account_id == account.id, Voucher.credited_at <= at)
    return [detail(session, row, account, at) for row in session.scalars(query.order_by(Voucher.id.desc()))]


def detail(session: Session, voucher: Voucher, account: AccountRow, at: datetime) -> VoucherDetail:
    """As it crosses the door. Nothing remains of what is expired or revoked."""
    zone = accounts.zone(account)
    left = remaining(session, voucher)
    status = _status(voucher, left, at)
    expires_at = voucher.expires_at.astimezone(zone) if voucher.expires_at else None
    return VoucherDetail(
        id=voucher.number,
        amount=Money(voucher.amount, voucher.currency),
        remaining=left if status == "active" else Money.zero(voucher.currency),
        status=status,
        services=voucher.services,
        credited_at=voucher.credited_at.astimezone(zone),
        expires_at=expires_at,
        expires_on=expires_at.date() if expires_at else None,
    )


def row_id(number: str, prefix: str) -> int:
    """The row that a number like `V-000012` means; 0, which no row has, for anything else."""
    digits = number.strip().upper().removeprefix(prefix)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0


def _status(voucher: Voucher, left: Money, at: datetime) -> VoucherStatus:
    if voucher.revoked_at is not None and voucher.revoked_at <= at:
        return "revoked"
    if voucher.expires_at is not None and voucher.expires_at <= at:
        return "expired"
    return "active" if left else "used_up"


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
