"""Corrections that need a second person: proposed by one operator, approved or rejected by another, once, in time.

The caller owns the transaction: nothing here commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.corrections import service as corrections
from billing.corrections.models import Correction, ProposalRow
from billing.corrections.schemas import Adjustment, Proposal
from billing.errors import AdjustmentKeyReused, ProposalDecided, ProposalExpired, ProposalNotFound, ProposalOwn
from billing.money import Money

WITHIN = timedelta(hours=24)
"""What one operator corrected on an account in that time counts together, so that a limit is not got round in parts."""


def beyond(session: Session, account: AccountRow, amount: Money, limit: Money, *, actor: str, at: datetime) -> bool:
    """Whether the correction, with what the operator corrected there lately, is more than the limit.

    Both directions count as they are: what was added and taken again is twice as much.
    """
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.abs(Correction.amount)), 0)).where(
        Correction.account_id == account.id, Correction.actor == actor, Correction.at > at - WITHIN
    )
    lately = Money(int(session.scalar(query) or 0), account.currency)
    return lately + Money(abs(amount.units), account.currency) > limit


def propose(
    session: Session,
    account_id: str,
    amount: Decimal,
    *,
    reason: str,
    key: str,
    actor: str,
    at: datetime,
    expires_at: datetime,
) -> tuple[Proposal, bool]:
    """Ask a second person for a correction, once per key; False for a repeat.

    Raises:
        AccountNotFound, AmountInvalid, AmountTooFine, NoteInvalid: nothing was written.
        AdjustmentKeyReused: the key was spent on another proposal of the account.
    """
    account = accounts.lock(session, account_id)
    money, reason = corrections.payable(amount, account.currency), corrections.stated(reason)
    before = session.scalar(sa.select(ProposalRow).where(ProposalRow.account_id == account_id, ProposalRow.key == key))
    if before is not None:
        if (before.amount, before.reason, before.proposed_by) != (money.units, reason, actor):
            raise AdjustmentKeyReused(key)
        return schema(before, account, at), False
    row = ProposalRow(
        account_id=account_id,
        key=key,
        currency=account.currency,
        amount=money.units,
        reason=reason,
        proposed_by=actor,
        proposed_at=at,
        expires_at=expires_at,
        state="open",
    )
    session.add(row)
    session.flush()
    return schema(row, account, at), True


def approve(session: Session, number: str, *, actor: str, at: datetime) -> tuple[Proposal, Adjustment | None]:
    """Make the correction. None for a repeat by whoever approved it: nothing more was done.

    Raises:
        ProposalNotFound, ProposalOwn, ProposalDecided, ProposalExpired, CreditInsufficient: nothing was written.
    """
    row, account = _locked(session, number)
    if row.proposed_by == actor:
        raise ProposalOwn(number)
    if row.state == "approved" and row.decided_by == actor:
        return schema(row, account, at), None
    _undecided(row, at)
    made, _ = corrections.adjust(
        session,
        row.account_id,
        Money(row.amount, row.currency).amount,
        reason=row.reason,
        key=f"proposal:{row.number}",
        at=at,
        actor=actor,
    )
    row.state, row.decided_by, row.decided_at = "approved", actor, at
    row.correction_id = int(made.id.removeprefix("C-"))
    return schema(row, account, at), made


def reject(session: Session, number: str, note: str, *, actor: str, at: datetime) -> tuple[Proposal, bool]:
    """Say no, with a reason; whoever proposed it may take it back so. False for a repeat.

    Raises:
        ProposalNotFound, ProposalDecided, ProposalExpired, NoteInvalid: nothing was written.
    """
    row, account = _locked(session, number)
    note = corrections.stated(note)
    if row.state == "rejected" and row.decided_by == actor:
        return schema(row, account, at), False
    _undecided(row, at)
    row.state, row.decided_by, row.decided_at, row.note = "rejected", actor, at, note
    return schema(row, account, at), True


def listed(
    session: Session, at: datetime, *, waiting: bool, account_id: str | None, before: int | None, limit: int
) -> list[Proposal]:
    """Newest first; `waiting`: only those that can still be decided; `before`: older than that number."""
    query = sa.select(ProposalRow).order_by(ProposalRow.id.desc()).limit(limit)
    if waiting:
        query = query.where(ProposalRow.state == "open", ProposalRow.expires_at > at)
    if account_id is not None:
        query = query.where(ProposalRow.account_id == account_id)
    if before is not None:
        query = query.where(ProposalRow.id < before)
    return [schema(row, accounts.find(session, row.account_id), at) for row in session.scalars(query)]


def schema(row: ProposalRow, account: AccountRow, at: datetime) -> Proposal:
    """As it crosses the door."""
    zone = accounts.zone(account)
    return Proposal.model_validate(
        {
            "id": row.number,
            "account": row.account_id,
            "amount": Money(row.amount, row.currency),
            "reason": row.reason,
            "state": "expired" if row.state == "open" and row.expires_at <= at else row.state,
            "proposed_by": row.proposed_by,
            "proposed_at": row.proposed_at.astimezone(zone),
            "expires_at": row.expires_at.astimezone(zone),
            "decided_by": row.decided_by,
            "decided_at": row.decided_at and row.decided_at.astimezone(zone),
            "note": row.note,
            "adjustment": f"C-{row.correction_id:06d}" if row.correction_id else None,
        }
    )


def _locked(session: Session, number: str) -> tuple[ProposalRow, AccountRow]:
    """The account first, as everywhere; then the row as it is by then."""
    row = session.get(ProposalRow, _id(number))
    if row is None:
        raise ProposalNotFound(number)
    account = accounts.lock(session, row.account_id)
    session.refresh(row)
    return row, account


def _undecided(row: ProposalRow, at: datetime) -> None:
    if row.state != "open":
        raise ProposalDecided(row.number)
    if row.expires_at <= at:
        raise ProposalExpired(row.number)


def _id(number: str) -> int:
    digits = number.strip().upper().removeprefix("A-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
