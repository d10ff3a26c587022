"""Erasing by two: one administrator asks, another approves what they see. Every method blocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from billing.api import Billing
from billing.config import Settings
from gateway.privacy import proposals
from gateway.privacy.finding import Whose
from gateway.privacy.models import ErasureProposalRow, ErasureRow
from gateway.privacy.schemas import ErasureReceipt, Plan, Proposal
from gateway.privacy.service import Privacy


class Erasures:
    """Proposed erasures. Each change is in the audit trail, under the account."""

    def __init__(self, billing: Billing, settings: Settings) -> None:
        self._billing, self._database = billing, billing.database
        self._privacy = Privacy(billing, settings)
        self._lives = timedelta(days=settings.correction_proposal_days)

    def propose(self, whose: Whose, reference: str, *, actor: str) -> Proposal:
        """Ask for it. Asked for again while it waits, it is the same.

        Raises:
            AccountNotFound: there is no such account.
            Problem: 422 `erasure_reference_invalid`.
        """
        self._billing.account(whose.account)
        now = self._billing.now()

        def work(session: Session) -> Proposal:
            row, new = proposals.propose(session, whose, reference, actor=actor, at=now, expires_at=now + self._lives)
            if new:
                whom = {"whose": "account" if whose.user is None else "user"}
                self._audit(session, "propose", row, actor, {"reference": reference} | whom)
            return proposals.schema(row, now)

        return self._database.run(work)

    def listed(self, *, waiting: bool, before: int | None = None, limit: int = 50) -> list[Proposal]:
        """Newest first."""
        with self._database.snapshot() as session:
            return proposals.listed(session, self._billing.now(), waiting=waiting, before=before, limit=limit)

    def found(self, number: str) -> Proposal:
        """The one of that number.

        Raises:
            Problem: 404 `erasure_not_found`.
        """
        with self._database.snapshot() as session:
            return proposals.schema(proposals.found(session, number), self._billing.now())

    def effect(self, proposal: Proposal) -> Plan | None:
        """What it would erase now; None where it is decided."""
        return self._privacy.plan(Whose(proposal.account, proposal.user)) if proposal.state == "open" else None

    def approve(self, number: str, *, confirm: str, actor: str) -> ErasureReceipt | None:
        """Erase what the actor was shown, if another asked for it. None for a repeat: nothing more was done.

        Raises:
            ProposalOwn, ProposalDecided, ProposalExpired: nothing was erased.
            Problem: 404 `erasure_not_found`, 409 `erasure_changed`; nothing was erased.
        """
        at = self._billing.now()
        with self._database.snapshot() as session:
            row = proposals.found(session, number)
            if row.state == "approved" and row.decided_by == actor:
                return None
            proposals.approvable(row, actor, at)
            whose = Whose(row.account, row.user)

        def within(session: Session, erasure: ErasureRow) -> None:
            locked = proposals.found(session, number, lock=True)
            proposals.approvable(locked, actor, at)
            proposals.decide(locked, "approved", actor=actor, at=at, erasure=erasure)
            done = {"erasure": erasure.number, "proposed_by": locked.proposed_by, "reference": locked.reference}
            self._audit(session, "approve", locked, actor, done)
            session.flush()

        return self._privacy.erase(whose, confirm=confirm, actor=actor, within=within)

    def reject(self, number: str, *, actor: str) -> None:
        """Say no; whoever asked for it may take it back so. Said again, it is nothing more.

        Raises:
            ProposalDecided, ProposalExpired: nothing was written.
            Problem: 404 `erasure_not_found`.
        """
        at = self._billing.now()
        with self._database.transaction() as session:
            row = proposals.found(session, number, lock=True)
            if row.state == "rejected" and row.decided_by == actor:
                return
            proposals.decidable(row, at)
            proposals.decide(row, "rejected", actor=actor, at=at)
            self._audit(session, "reject", row, actor, {})

    def _audit(self, session: Session, verb: str, row: ErasureProposalRow, actor: str, after: dict[str, Any]) -> None:
        self._billing.record_change(
            session, actor=actor, action=f"privacy.{verb}", subject=row.account, after={"proposal": row.number} | after
        )
