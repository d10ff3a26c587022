"""Corrections of credit."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from billing.api.door import Door
from billing.audit import service as audit
from billing.corrections import service as corrections
from billing.corrections.schemas import Adjustment


class CorrectionsDoor(Door):
    """What an operator corrects."""

    def adjust_credit(
        self, account_id: str, amount: Decimal, *, reason: str, key: str, actor: str = "operator:cli"
    ) -> Adjustment:
        """Add to an account's top-up credit, or take from it (`amount` below zero), once per key.

        Raises:
            AmountInvalid, AmountTooFine, NoteInvalid, CreditInsufficient, AdjustmentKeyReused: nothing was written.
        """

        def change(session: Session) -> Adjustment:
            made, is_new = corrections.adjust(session, account_id, amount, reason=reason, key=key, at=self._now())
            if is_new:
                audit.record(
                    session,
                    actor=actor,
                    action="credit.adjust",
                    subject=account_id,
                    at=self._now(),
                    before={"top_up": (made.top_up - made.amount).plain()},
                    after={"top_up": made.top_up.plain(), "correction": made.id, "reason": made.reason},
                )
            return made

        return self._database.run(change)
