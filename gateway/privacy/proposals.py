"""Erasures that wait for a second person. The caller owns the transaction: nothing here commits."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.errors import ProposalDecided, ProposalExpired, ProposalOwn
from gateway.errors import Problem
from gateway.privacy.finding import Whose
from gateway.privacy.models import ErasureProposalRow, ErasureRow
from gateway.privacy.schemas import Proposal

_REFERENCE = re.compile(r"[\w][\w .:/#-]{0,63}")
"""A ticket or the like: what stands there stays after the erasure."""


def propose(
    session: Session, whose: Whose, reference: str, *, actor: str, at: datetime, expires_at: datetime
) -> tuple[ErasureProposalRow, bool]:
    """Ask a second person for it; False where that is waited for already.

    Raises:
        Problem: 422 `erasure_reference_invalid`; nothing was written.
    """
    if not _REFERENCE.fullmatch(reference):
        raise Problem(422, "erasure_reference_invalid", "A reference is a ticket's number or the like, 64 at most.")
    expire(session, at)
    waits = session.scalar(sa.select(ErasureProposalRow).where(*_open(), ErasureProposalRow.whose == whose.digest))
    if waits is not None:
        return waits, False
    row = ErasureProposalRow(
        account=whose.account,
        user=whose.user,
        whose=whose.digest,
        reference=reference,
        proposed_by=actor,
        proposed_at=at,
        expires_at=expires_at,
        state="open",
    )
    session.add(row)
    session.flush()
    return row, True


def decidable(row: ErasureProposalRow, at: datetime) -> None:
    """Nothing, for one that waits.

    Raises:
        ProposalDecided, ProposalExpired: it does not.
    """
    if row.state == "expired" or (row.state == "open" and row.expires_at <= at):
        raise ProposalExpired(row.number)
    if row.state != "open":
        raise ProposalDecided(row.number)


def approvable(row: ErasureProposalRow, actor: str, at: datetime) -> None:
    """Nothing, for one that waits for others than the actor.

    Raises:
        ProposalOwn, ProposalDecided, ProposalExpired: it does not.
    """
    if row.proposed_by == actor:
        raise ProposalOwn(row.number)
    decidable(row, at)


def decide(row: ErasureProposalRow, state: str, *, actor: str, at: datetime, erasure: ErasureRow | None = None) -> None:
    """Its end, without the user's name."""
    row.state, row.decided_by, row.decided_at, row.user = state, actor, at, None
    row.erasure_id = erasure.id if erasure is not None else None


def supersede(session: Session, whose: Whose) -> None:
    """What waits for an erasure of the same, or of less, needs none any more."""
    of_them = ErasureProposalRow.account == whose.account
    if whose.user is not None:
        of_them = ErasureProposalRow.whose == whose.digest
    session.execute(sa.update(ErasureProposalRow).where(*_open(), of_them).values(state="superseded", user=None))


def expire(session: Session, at: datetime) -> int:
    """End what nobody decided on in time; how many."""
    late = sa.update(ErasureProposalRow).where(*_open(), ErasureProposalRow.expires_at <= at)
    return int(session.execute(late.values(state="expired", user=None)).rowcount)  # type: ignore[attr-defined]


def found(session: Session, number: str, *, lock: bool = False) -> ErasureProposalRow:
    """The one of that number.

    Raises:
        Problem: 404 `erasure_not_found`.
    """
    digits = number.strip().upper().removeprefix("EP-")
    of_it = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
    row = session.get(ErasureProposalRow, of_it, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise Problem(404, "erasure_not_found", "There is no proposed erasure of that number.")
    return row


def listed(session: Session, at: datetime, *, waiting: bool, before: int | None, limit: int) -> list[Proposal]:
    """Newest first; `waiting`: only those that can still be decided; `before`: older than that number."""
    query = sa.select(ErasureProposalRow).order_by(ErasureProposalRow.id.desc()).limit(limit)
    if waiting:
        query = query.where(*_open(), ErasureProposalRow.expires_at > at)
    if before is not None:
        query = query.where(ErasureProposalRow.id < before)
    return [schema(row, at) for row in session.scalars(query)]


def schema(row: ErasureProposalRow, at: datetime) -> Proposal:
    """As pages show it."""
    return Proposal.model_validate(
        {
            "id": row.number,
            "account": row.account,
            "user": row.user,
            "whole_account": row.whose == Whose(row.account).digest,
            "reference": row.reference,
            "state": "expired" if row.state == "open" and row.expires_at <= at else row.state,
            "proposed_by": row.proposed_by,
            "proposed_at": row.proposed_at,
            "expires_at": row.expires_at,
            "decided_by": row.decided_by,
            "decided_at": row.decided_at,
            "erasure": f"ER-{row.erasure_id:06d}" if row.erasure_id else None,
        }
    )


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return (ErasureProposalRow.state == "open",)
