"""Plans on an account: prepare, activate, pause; what is in force at an instant, and in what status.

Status is derived at the instant asked, so it is right however late anything looks: a plan ends when its period or
its amount does, whether or not anything was running then.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.plans.models import Subscription
from billing.schemas import Interval, PaymentOption, PlanStatus

RENEWAL_DAYS = timedelta(days=14)
RENEWAL_SHARE = Decimal("0.9")
_LENGTH = {"monthly": relativedelta(months=1), "yearly": relativedelta(years=1)}


def period_end(starts_at: datetime, interval: Interval, account: AccountRow) -> datetime:
    """The same day next month or year, at the same wall clock in the account's zone (31 January + 1 month: 28)."""
    local = starts_at.astimezone(accounts.zone(account))
    return local + _LENGTH[interval]


def prepare(
    session: Session,
    account_id: str,
    plan: str,
    interval: Interval,
    *,
    starts_at: datetime,
    at: datetime,
    payment_option: PaymentOption = "full_upfront",
    services: list[str] | None = None,
) -> Subscription:
    """An offer that waits for the customer's confirmation; `services` None: those of the plan.

    Raises:
        AccountNotFound, PlanNotFound: nothing was written.
    """
    account = accounts.lock(session, account_id)
    number, catalogue = catalogues.version(session)
    offered = catalogues.plan(catalogue, plan)
    terms = catalogues.terms(offered, interval)
    row = Subscription(
        account_id=account_id,
        plan=plan,
        catalogue_version=number,
        interval=interval,
        services=offered.services if services is None else services,
        terms={
            "quotas": {name: str(quota) for name, quota in terms.quotas.items()},
            "rates": {name: str(rates[account.currency]) for name, rates in offered.rates.items()},
        },
        currency=account.currency,
        price=Money.of(terms.price[account.currency], account.currency).units,
        amount=Money.of(terms.amount[account.currency], account.currency).units,
        payment_option=payment_option,
        starts_at=starts_at,
        ends_at=period_end(starts_at, interval, account),
        prepared_at=at,
    )
    session.add(row)
    session.flush()
    return row


def activate(session: Session, row: Subscription, at: datetime) -> None:
    """Confirm a prepared plan: its credit is there from its start. Once, however often asked."""
    row.confirmed_at = row.confirmed_at or at
    amount = Money(row.amount, row.currency)
    ledger.post_once(
        session,
        owner=row.account_id,
        key=f"plan:{row.id}",
        kind="plan",
        at=row.starts_at,
        postings=[Posting("plan", amount, row.ref), Posting("plan_allotment", -amount)],
    )


def pause(session: Session, row: Subscription, at: datetime) -> None:
    """Nothing is charged to a paused plan."""
    row.paused_at = at


def of_account(session: Session, account_id: str) -> list[Subscription]:
    """All periods, oldest first."""
    query = sa.select(Subscription).where(Subscription.account_id == account_id)
    return list(session.scalars(query.order_by(Subscription.starts_at, Subscription.id)))


def newest(session: Session, account_id: str) -> Subscription | None:
    """The period that counts today: the latest."""
    query = sa.select(Subscription).where(Subscription.account_id == account_id)
    return session.scalar(query.order_by(Subscription.starts_at.desc(), Subscription.id.desc()).limit(1))


def in_force(session: Session, account_id: str, at: datetime) -> Subscription | None:
    """The plan that usage at that instant is charged to."""
    query = sa.select(Subscription).where(
        Subscription.account_id == account_id, Subscription.starts_at <= at, Subscription.ends_at > at
    )
    for row in session.scalars(query.order_by(Subscription.starts_at.desc(), Subscription.id.desc())):
        if is_in_force(row, at):
            return row
    return None


def is_in_force(row: Subscription, at: datetime) -> bool:
    """Confirmed, within its period, not paused, its amount not reached."""
    return (
        row.confirmed_at is not None
        and row.starts_at <= at < row.ends_at
        and (row.paused_at is None or at < row.paused_at)
        and (row.exhausted_at is None or at < row.exhausted_at)
    )


def covers(row: Subscription, service: str) -> bool:
    """Whether the plan covers the service."""
    return not row.services or service in row.services


def plan_rate(row: Subscription, service: str, on_demand: Money) -> Money:
    """The plan's price of one unit."""
    rate = row.terms["rates"].get(service)
    return on_demand if rate is None else Money.of(rate, row.currency)


def quota(row: Subscription, service: str) -> Decimal | None:
    """The plan's quota of the service in its unit; None: no limit of its own."""
    value = row.terms["quotas"].get(service)
    return None if value is None else Decimal(value)


def remaining(session: Session, row: Subscription) -> Money:
    """What is left of the plan's amount; the whole before it is confirmed."""
    if row.confirmed_at is None:
        return Money(row.amount, row.currency)
    return ledger.balance(session, row.account_id, "plan", row.currency, row.ref)


def status(session: Session, row: Subscription, at: datetime) -> PlanStatus:
    """At that instant, by the life of a plan in the design."""
    if row.confirmed_at is None:
        return "pending_confirmation"
    if at >= row.ends_at or (row.exhausted_at is not None and row.exhausted_at <= at):
        return "expired"
    if row.paused_at is not None and row.paused_at <= at:
        return "paused"
    used = row.amount - remaining(session, row).units
    if row.ends_at - at <= RENEWAL_DAYS or used >= row.amount * RENEWAL_SHARE:
        return "pending_renewal"
    return "active"


def days_left(row: Subscription, today: date, account: AccountRow) -> int:
    """Whole days until the end, in the account's zone; 0 once ended."""
    return max(0, (row.ends_at.astimezone(accounts.zone(account)).date() - today).days)


def last_day(row: Subscription, account: AccountRow) -> date:
    """The last day in force: the day on which the amount was reached, or the period's last."""
    if row.exhausted_at is None:
        return period_last_day(row, account)
    return row.exhausted_at.astimezone(accounts.zone(account)).date()


def period_last_day(row: Subscription, account: AccountRow) -> date:
    """The day that holds the instant before the period's end."""
    return (row.ends_at - timedelta(microseconds=1)).astimezone(accounts.zone(account)).date()
