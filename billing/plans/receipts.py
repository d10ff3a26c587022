"""The signed receipt of something done to a plan."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from billing.ledger import fingerprints
from billing.money import Money
from billing.plans.models import Subscription
from billing.plans.schemas import PlanActionTerms, PlanReceipt
from billing.receipts import service as receipts
from billing.receipts.service import Done


def issue(session: Session, receipt: PlanReceipt, terms: PlanActionTerms, row: Subscription, *, since: int) -> None:
    """Sign what was done, on which terms, with all that was posted after the position `since`.

    The caller holds the account's lock, so that nothing else was posted meanwhile.
    """
    assert receipt.signed is not None
    receipts.issue(
        session,
        Done(
            id=receipt.signed,
            account_id=row.account_id,
            what=f"plan.{receipt.action}",
            at=receipt.at,
            catalogue_version=row.catalogue_version,
            position=fingerprints.newest(session, row.account_id),
            transactions=fingerprints.since(session, row.account_id, since),
            amounts=_amounts(receipt, terms),
            details=_details(receipt, terms),
        ),
    )


def _amounts(receipt: PlanReceipt, terms: PlanActionTerms) -> dict[str, Money | None]:
    begins, waits = terms.begins, receipt.awaits_payment
    return {
        "credited": receipt.credited,
        "price": begins.price if begins else None,
        "plan_amount": begins.amount if begins else None,
        "due_now": begins.due_now if begins else None,
        "due_later": begins.due_later if begins else None,
        "awaits_payment": waits.amount if waits else None,
    }


def _details(receipt: PlanReceipt, terms: PlanActionTerms) -> dict[str, str | None]:
    begins = terms.begins
    return {
        "plan": receipt.plan,
        "interval": begins.interval if begins else terms.interval,
        "period": receipt.number,
        "starts_on": _day(begins.starts_on) if begins else None,
        "ends_on": _day(begins.ends_on if begins else terms.ends_on),
        "payment_option": begins.payment_option if begins else None,
        "effective": receipt.effective,
        "effective_on": _day(receipt.effective_on),
        "resumes_by": _day(terms.resumes_by),
        "undoes": receipt.undoes,
        "invoice": receipt.invoice,
        "terms": receipt.terms_checksum,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
