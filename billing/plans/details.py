"""A plan's details, as the guides' screens show them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.invoices import service as invoices
from billing.metering import reports
from billing.money import Money
from billing.plans import offers, pauses, periods, upfront
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import PlanPeriod
from billing.schemas import PlanDetail


def detail(session: Session, account: AccountRow, at: datetime) -> PlanDetail | None:
    """The newest plan of the account, whatever its status; None when it never had one."""
    row = plans.newest(session, account.id, at)
    if row is None:
        return None
    today = periods.day(at, account)
    _, catalogue = catalogues.version(session, row.catalogue_version)
    offered = catalogues.plan(catalogue, row.plan)
    amount, left = Money(row.amount, row.currency), plans.remaining(session, row)
    usage = reports.service_usage(session, account, today, at)
    pause = pauses.at(row, at)
    following = plans.following(session, row)
    return PlanDetail.model_validate(
        {
            "plan": row.plan,
            "names": dict(offered.names),
            "status": plans.status(session, row, at),
            "interval": row.interval,
            "services": row.services or list(catalogue.services),
            "all_services": not row.services,
            "starts_on": periods.day(row.starts_at, account),
            "ends_on": plans.last_day(row, account, at),
            "days_left": plans.days_left(row, at, account),
            "price": Money(row.price, row.currency),
            "amount": amount,
            "used": amount - left,
            "remaining": left,
            "used_percent": _percent(amount - left, amount),
            "payment_option": row.payment_option,
            "payment_status": invoices.payment_status(session, row, today),
            "ended_by": _ended_by(row, at),
            "quotas": [quota for quota in usage.services if plans.covers(row, quota.service)]
            if row.confirmed_at
            else [],
            "number": row.number,
            "paused_until": periods.day(pause.until, account) if pause else None,
            "cancelled": row.cancelled_at is not None,
            "due_on": _due_on(session, row),
            "next": _next(following, account) if following else None,
            "awaits_payment": upfront.awaited(session, row),
            "valid_until": _valid_until(row, account),
        }
    )


def listed(session: Session, account: AccountRow, at: datetime) -> list[PlanPeriod]:
    """Every period and offer of the account, newest first."""
    return [_period(session, account, row, at) for row in reversed(plans.of_account(session, account.id))]


def _period(session: Session, account: AccountRow, row: Subscription, at: datetime) -> PlanPeriod:
    invoice, zone = invoices.of_period(session, row), accounts.zone(account)
    return PlanPeriod.model_validate(
        {
            "number": row.number,
            "plan": row.plan,
            "interval": row.interval,
            "status": plans.status(session, row, at),
            "starts_at": row.starts_at.astimezone(zone),
            "ends_at": min(periods.end(row), row.exhausted_at or row.ends_at).astimezone(zone),
            "price": Money(row.price, row.currency),
            "remaining": plans.remaining(session, row),
            "payment_option": row.payment_option,
            "payment_status": invoices.payment_status(session, row, periods.day(at, account)),
            "invoice": invoice.number if invoice else None,
            "cancelled": row.cancelled_at is not None,
            "awaits_payment": upfront.awaited(session, row),
            "valid_until": _valid_until(row, account),
            "request": row.request_number,
        }
    )


def _valid_until(row: Subscription, account: AccountRow) -> date | None:
    """Of an offer that the customer has not confirmed."""
    return None if row.confirmed_at or row.accepted_at else offers.last_day(row, account)


def _percent(part: Money, whole: Money) -> Decimal:
    """To one decimal, downwards: 100 only when all is used."""
    return (part.amount * 100 / whole.amount).quantize(Decimal("0.1"), ROUND_DOWN) if whole else Decimal(0)


def _ended_by(row: Subscription, at: datetime) -> str | None:
    if row.exhausted_at is not None and row.exhausted_at <= at:
        return "amount"
    if row.ended_at is not None and row.ended_at <= at:
        return "change"
    return "period" if at >= row.ends_at else None


def _due_on(session: Session, row: Subscription) -> date | None:
    invoice = invoices.of_period(session, row)
    if invoice is None or not invoices.open_amount(invoice):
        return None
    return invoice.deposit_due_on if invoice.paid < invoice.deposit else invoice.due_on


def _next(row: Subscription, account: AccountRow) -> dict[str, object]:
    return {
        "plan": row.plan,
        "interval": row.interval,
        "starts_on": periods.day(row.starts_at, account),
        "ends_on": periods.last_day(row, account),
    }
