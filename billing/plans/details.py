"""A plan's details, as the guides' screens show them."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.invoices import service as invoices
from billing.metering import reports
from billing.money import Money
from billing.plans import service as plans
from billing.schemas import PlanDetail


def detail(session: Session, account: AccountRow, at: datetime) -> PlanDetail | None:
    """The newest plan of the account, whatever its status; None when it never had one."""
    row = plans.newest(session, account.id)
    if row is None:
        return None
    zone = accounts.zone(account)
    today = at.astimezone(zone).date()
    _, catalogue = catalogues.version(session, row.catalogue_version)
    offered = catalogues.plan(catalogue, row.plan)
    amount, left = Money(row.amount, row.currency), plans.remaining(session, row)
    usage = reports.service_usage(session, account, today)
    ended_by = _ended_by(row.exhausted_at, row.ends_at, at)
    return PlanDetail.model_validate(
        {
            "plan": row.plan,
            "names": dict(offered.names),
            "status": plans.status(session, row, at),
            "interval": row.interval,
            "services": row.services or list(catalogue.services),
            "all_services": not row.services,
            "starts_on": row.starts_at.astimezone(zone).date(),
            "ends_on": plans.last_day(row, account),
            "days_left": 0 if ended_by else plans.days_left(row, today, account),
            "price": Money(row.price, row.currency),
            "amount": amount,
            "used": amount - left,
            "remaining": left,
            "used_percent": _percent(amount - left, amount),
            "payment_option": row.payment_option,
            "payment_status": invoices.payment_status(session, row),
            "ended_by": ended_by,
            "quotas": [quota for quota in usage.services if plans.covers(row, quota.service)]
            if row.confirmed_at
            else [],
        }
    )


def _percent(part: Money, whole: Money) -> Decimal:
    """To one decimal, downwards: 100 only when all is used."""
    return (part.amount * 100 / whole.amount).quantize(Decimal("0.1"), ROUND_DOWN) if whole else Decimal(0)


def _ended_by(exhausted_at: datetime | None, ends_at: datetime, at: datetime) -> str | None:
    if exhausted_at is not None and exhausted_at <= at:
        return "amount"
    return "period" if at >= ends_at else None
