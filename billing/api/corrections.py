"""Corrections of credit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.audit import service as audit
from billing.corrections import proposals
from billing.corrections import service as corrections
from billing.corrections.schemas import Adjustment, Proposal
from billing.errors import ApprovalNeeded
from billing.money import Money


class CorrectionsDoor(Door):
    """What an operator corrects, alone or with a second person."""

    def adjust_credit(
        self,
        account_id: str,
        amount: Decimal,
        *,
        reason: str,
        key: str,
        actor: str = "operator:cli",
        alone: bool = False,
    ) -> Adjustment:
        """Add to an account's top-up credit, or take from it (`amount` below zero), once per key.

        `alone`: only up to what one operator may correct (CORRECTION_LIMITS).

        Raises:
            AmountInvalid, AmountTooFine, NoteInvalid, CreditInsufficient, AdjustmentKeyReused: nothing was written.
            ApprovalNeeded: more than that: propose it.
        """

        def change(session: Session) -> Adjustment:
            account = accounts.lock(session, account_id)
            limit = self.correction_limit(account.currency)
            before = corrections.of_key(session, account_id, key)
            money = corrections.payable(amount, account.currency)
            if alone and not before and proposals.beyond(session, account, money, limit, actor=actor, at=self._now()):
                raise ApprovalNeeded(limit=limit)
            made, is_new = corrections.adjust(
                session, account_id, amount, reason=reason, key=key, at=self._now(), actor=actor
            )
            if is_new:
                self._audit_adjustment(session, made, actor)
            return made

        return self._database.run(change)

    def correction_limit(self, currency: str) -> Money:
        """What one operator may correct alone on an account within 24 hours."""
        return Money.of(self._settings.correction_limits[currency], currency)

    def propose_credit(self, account_id: str, amount: Decimal, *, reason: str, key: str, actor: str) -> Proposal:
        """Propose a correction of an account's top-up credit to a second person, once per key. Nothing is credited.

        Raises:
            AccountNotFound, AmountInvalid, AmountTooFine, NoteInvalid, AdjustmentKeyReused: nothing was written.
        """

        def change(session: Session) -> Proposal:
            now = self._now()
            expires = now + timedelta(days=self._settings.correction_proposal_days)
            made, is_new = proposals.propose(
                session, account_id, amount, reason=reason, key=key, actor=actor, at=now, expires_at=expires
            )
            if is_new:
                after = {"proposal": made.id, "amount": made.amount.plain(), "reason": made.reason}
                audit.record(session, actor=actor, action="credit.propose", subject=account_id, at=now, after=after)
            return made

        return self._database.run(change)

    def approve_credit(self, proposal: str, *, actor: str) -> Proposal:
        """Make a proposed correction; a repeat by the same person does nothing.

        Raises:
            ProposalNotFound, ProposalOwn, ProposalDecided, ProposalExpired, CreditInsufficient: nothing was written.
        """
        with self._database.transaction() as session:
            decided, made = proposals.approve(session, proposal, actor=actor, at=self._now())
            if made is not None:
                self._audit_adjustment(session, made, actor, proposal=decided.id, proposed_by=decided.proposed_by)
            return decided

    def reject_credit(self, proposal: str, note: str, *, actor: str) -> Proposal:
        """Reject a proposed correction with a reason; a repeat by the same person does nothing.

        Raises:
            ProposalNotFound, ProposalDecided, ProposalExpired, NoteInvalid: nothing was written.
        """
        with self._database.transaction() as session:
            decided, is_new = proposals.reject(session, proposal, note, actor=actor, at=self._now())
            if is_new:
                audit.record(
                    session,
                    actor=actor,
                    action="credit.reject",
                    subject=decided.account,
                    at=self._now(),
                    after={"proposal": decided.id, "note": decided.note},
                )
            return decided

    def credit_proposals(
        self, *, waiting: bool = True, account_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> list[Proposal]:
        """Proposed corrections, newest first; those that wait, or all; `before`: older than that number."""
        with self._database.snapshot() as session:
            return proposals.listed(
                session, self._now(), waiting=waiting, account_id=account_id, before=before, limit=limit
            )

    def _audit_adjustment(self, session: Session, made: Adjustment, actor: str, **more: str) -> None:
        audit.record(
            session,
            actor=actor,
            action="credit.adjust",
            subject=made.account,
            at=self._now(),
            before={"top_up": (made.top_up - made.amount).plain()},
            after={"top_up": made.top_up.plain(), "correction": made.id, "reason": made.reason, **more},
        )
