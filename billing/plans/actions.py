"""Doing something to a plan: on the terms that were confirmed, once per key, with its line in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.errors import PlanKeyReused, TermsChanged
from billing.invoices import service as invoices
from billing.ledger import fingerprints
from billing.plans import breaks, changes, offers, upfront
from billing.plans.models import PlanAction, Subscription
from billing.plans.receipts import issue
from billing.plans.schemas import PlanActionTerms, PlanReceipt
from billing.plans.steps import Asked, Step

STEPS: dict[str, Callable[..., Step]] = {
    "confirm": offers.confirm,
    "pause": breaks.pause,
    "resume": breaks.resume,
    "change": changes.change,
    "cancel": changes.cancel,
    "renew": changes.renew,
    "undo": changes.undo,
}


def preview(session: Session, account_id: str, action: str, at: datetime, **given: Any) -> PlanActionTerms:
    """The terms on which it would be done now. Raises what doing it would raise; writes nothing."""
    return STEPS[action](Asked(session, accounts.find(session, account_id), at), **given).terms


def perform(
    session: Session,
    account_id: str,
    action: str,
    *,
    terms_checksum: str,
    key: str,
    actor: str,
    at: datetime,
    **given: Any,
) -> PlanReceipt:
    """Do it once per account and key, if the terms are still those of the checksum; a repeat gets the first receipt.

    Raises:
        AccountNotFound; PlanKeyReused: the key was spent on something else; TermsChanged; what the step refuses.
        Nothing was written.
    """
    account = accounts.lock(session, account_id)
    given_all = {**given, "terms_checksum": terms_checksum}
    before = of_key(session, account_id, key)
    if before is not None:
        if (before.action, before.given) != (action, given_all):
            raise PlanKeyReused(key)
        return PlanReceipt.model_validate(before.receipt)
    step = STEPS[action](Asked(session, account, at), **given)
    if step.terms.checksum != terms_checksum:
        raise TermsChanged(step.terms.number)
    was, position = _facts(step.row), fingerprints.newest(session, account_id)
    row = step.apply()
    session.flush()
    receipt = _receipt(session, step, row, at)
    audit.record(
        session, actor=actor, action=f"plan.{action}", subject=account_id, at=at, before=was, after=_facts(row)
    )
    done = PlanAction(account_id=account_id, key=key, action=action, given=given_all, receipt={}, at=at)
    session.add(done)
    session.flush()
    receipt = receipt.model_copy(update={"signed": done.number})
    done.receipt = receipt.model_dump(mode="json")
    session.flush()
    issue(session, receipt, step.terms, row, since=position)
    return receipt


def of_key(session: Session, account_id: str, key: str) -> PlanAction | None:
    """What the account's key was spent on."""
    return session.scalar(sa.select(PlanAction).where(PlanAction.account_id == account_id, PlanAction.key == key))


def _receipt(session: Session, step: Step, row: Subscription, at: datetime) -> PlanReceipt:
    invoice = None if row is step.row and step.terms.action != "confirm" else invoices.of_period(session, row)
    return PlanReceipt.model_validate(
        {
            "action": step.terms.action,
            "number": row.number,
            "plan": row.plan,
            "effective": step.terms.effective,
            "effective_on": step.terms.effective_on,
            "credited": step.terms.credited,
            "undoes": step.terms.undoes,
            "invoice": invoice.number if invoice else None,
            "terms_checksum": step.terms.checksum,
            "at": at,
            "awaits_payment": upfront.awaited(session, row),
        }
    )


def _facts(row: Subscription) -> dict[str, Any]:
    """What the audit trail keeps of a period."""
    moments = ("starts_at", "ends_at", "accepted_at", "confirmed_at", "cancelled_at", "ended_at")
    found = {name: moment.isoformat() for name in moments if (moment := getattr(row, name)) is not None}
    if row.pauses and row.pauses[-1].resumed_at is None:
        found["paused_at"] = row.pauses[-1].paused_at.isoformat()
    return {"number": row.number, "plan": row.plan, "interval": row.interval, **found}
