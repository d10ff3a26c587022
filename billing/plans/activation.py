"""A plan that was confirmed begins once it is paid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.audit import service as audit
from billing.invoices.models import InvoiceRow
from billing.plans import offers, upfront
from billing.plans.models import Subscription
from billing.plans.steps import Asked


def paid(session: Session, invoice: InvoiceRow, at: datetime) -> Subscription | None:
    """Let the invoice's plan begin if it waited for its payment and that is there: now, or on its day.

    Call it after every change of what is paid of an invoice, in the same transaction; it does its work once, however
    often called. None: nothing began.
    """
    account = accounts.lock(session, invoice.account_id)
    session.flush()
    row = session.get_one(Subscription, invoice.subscription_id, populate_existing=True)
    if row.accepted_at is None or row.confirmed_at is not None or row.withdrawn_at is not None:
        return None
    missing = upfront.missing(session, row, invoice)
    if missing is None or missing:
        return None
    offers.begin(Asked(session, account, at), row)
    after = {
        "number": row.number,
        "plan": row.plan,
        "invoice": invoice.number,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }
    audit.record(session, actor="system", action="plan.begin", subject=account.id, at=at, after=after)
    session.flush()
    return row
