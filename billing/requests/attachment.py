"""What goes to sales with a request where the customer agreed: their plan, and what they used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.metering import reports
from billing.plans import details


def of_account(session: Session, account_id: str, at: datetime) -> dict[str, Any]:
    """The plan as it stands (None: there never was one), and what each service used and cost in its period.

    Without a plan it is the use of the last 30 days. Nothing else of the account is in it.
    """
    account = accounts.find(session, account_id)
    plan = details.detail(session, account, at)
    usage = reports.service_usage(session, account, at.astimezone(accounts.zone(account)).date(), at)
    return {
        "plan": None if plan is None else plan.model_dump(mode="json", by_alias=True),
        "usage": usage.model_dump(mode="json", by_alias=True),
    }
