"""When the balance runs out: what can be spent, divided by the average spend of the last days."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_DOWN

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.balances import service as balances
from billing.metering import reports
from billing.money import Money
from billing.schemas import Forecast

BASIS_DAYS = 30
_NEVER = 36_500


def forecast(session: Session, account: AccountRow, at: datetime) -> Forecast:
    """The day on which the credit ends at the plain average of the last 30 whole days; None without any spend.

    days left = available / (spend of the last 30 days / 30), rounded down. Today, which is not over, is left out.
    """
    today = at.astimezone(accounts.zone(account)).date()
    period = reports.last_days(today - timedelta(days=1), BASIS_DAYS)
    spend = reports.report(session, account, period).spend
    available = balances.available(session, account, at)
    if not spend:
        return _schema(account, available, Money.zero(account.currency), None, at)
    days = int((available.amount * BASIS_DAYS / spend.amount).to_integral_value(ROUND_DOWN))
    return _schema(account, available, Money(spend.units // BASIS_DAYS, account.currency), min(days, _NEVER), at)


def _schema(account: AccountRow, available: Money, average: Money, days: int | None, at: datetime) -> Forecast:
    today = at.astimezone(accounts.zone(account)).date()
    return Forecast(
        available=available,
        daily_average=average,
        basis_days=BASIS_DAYS,
        days_left=days,
        runs_out_on=None if days is None else today + timedelta(days=days),
    )
