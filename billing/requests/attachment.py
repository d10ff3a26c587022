"""What goes to sales with a request where the customer agreed: their plan, and what they used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.metering import reports
from billing.plans import details

_OF_THE_PLAN = {
    *("number", "plan", "status", "interval", "starts_on", "ends_on"),
    *("price", "amount", "used", "remaining", "used_percent"),
}


def of_account(session: Session, account_id: str, at: datetime) -> dict[str, Any]:
    """The plan with its period, its price and what is left of it; what was used of each service in that period.

    Without a plan it is the use of the last 30 days. Nothing else of the account is in it: it is what the customer
    was told when they agreed.
    """
    account = accounts.find(session, account_id)
    plan = details.detail(session, account, at)
    usage = reports.service_usage(session, account, at.astimezone(accounts.zone(account)).date(), at)
    return {
        "plan": None if plan is None else plan.model_dump(mode="json", include=_OF_THE_PLAN),
        "usage": usage.model_dump(mode="json", by_alias=True),
    }
