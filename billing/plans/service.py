"""Plans on an account: prepare, activate, withdraw; what is in force at an instant, and in what status.

Status is derived at the instant asked, so it is right however late anything looks: a plan ends when its period or
its amount does, whether or not anything was running then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.ledger import service as ledger
from billing.ledger.service import Posting
from billing.money import Money
from billing.plans import pauses, periods
from billing.plans.models import Subscription
from billing.schemas import Interval, Method, PaymentOption, PlanStatus

RENEWAL_DAYS = timedelta(days=14)
RENEWAL_SHARE = Decimal("0.9")


def draft(
    session: Session,
    account: AccountRow,
    plan: str,
    interval: Interval,
    *,
    at: datetime,
    payment_option: PaymentOption = "full_upfront",
    payment_method: Method | None = None,
    services: list[str] | None = None,
) -> Subscription:
    """A period on the present catalogue's terms, nowhere yet: neither placed in time nor kept.

    Raises:
        PlanNotFound, ServiceNotFound: the catalogue has none of that name.
    """
    number, catalogue = catalogues.version(session)
    offered = catalogues.plan(catalogue, plan)
    for service in services or []:
        catalogues.service(catalogue, service)
    terms = catalogues.terms(offered, interval)
    return Subscription(
        account_id=account.id,
        plan=plan,
        catalogue_version=number,
        interval=interval,
        services=offered.services if services is None else services,
        terms={
            "quotas": {name: str(quota) for name, quota in terms.quotas.items()},
            "rates": {name: str(rates[account.currency]) for name, rates in offered.rates.items()},
            **offered.conditions.model_dump(mode="json"),
        },
        currency=account.currency,
        price=Money.of(terms.price[account.currency], account.currency).units,
        amount=Money.of(terms.amount[account.currency], account.currency).units,
        payment_option=payment_option,
        payment_method=payment_method,
        months=0,
        prepared_at=at,
    )


def prepare(
    session: Session,
    account_id: str,
    plan: str,
    interval: Interval,
    *,
    starts_at: datetime,
    at: datetime,
    months: int = 0,
    payment_option: PaymentOption = "full_upfront",
    payment_method: Method | None = None,
    services: list[str] | None = None,
) -> Subscription:
    """An offer that waits for the customer's confirmation; `services` None: those of the plan.

    It begins `months` months after `starts_at`, whose day of the month later periods keep.

    Raises:
        AccountNotFound, PlanNotFound, ServiceNotFound: nothing was written.
    """
    account = accounts.lock(session, account_id)
    row = draft(
        session,
        account,
        plan,
        interval,
        at=at,
        payment_option=payment_option,
        payment_method=payment_method,
        services=services,
    )
    periods.place(row, account, starts_at, months)
    session.add(row)
    session.flush()
    return row


def activate(session: Session, row: Subscription, at: datetime) -> None:
    """Confirm a prepared plan: its credit is there from its start. Once, however often asked."""
    row.confirmed_at = row.confirmed_at or at
    amount = Money(row.amount, row.currency)
    if not amount:
        return
    ledger.post_once(
        session,
        owner=row.account_id,
        key=f"plan:{row.id}",
        kind="plan",
        at=min(row.starts_at, row.confirmed_at),
        postings=[Posting("plan", amount, row.ref), Posting("plan_allotment", -amount)],
    )


def withdraw(session: Session, row: Subscription, at: datetime) -> None:
    """Take back an offer, or a confirmed period that has not begun; its credit is posted out again."""
    row.withdrawn_at, row.follows_id = at, None
    take_back(session, row, remaining(session, row) if row.confirmed_at else Money.zero(row.currency), at)
    session.flush()


def take_back(session: Session, row: Subscription, amount: Money, at: datetime) -> None:
    """Post an unused part of a plan's credit out again, once a period."""
    if amount:
        ledger.post_once(
            session,
            owner=row.account_id,
            key=f"plan:{row.id}:taken_back",
            kind="plan",
            at=at,
            postings=[Posting("plan", -amount, row.ref), Posting("plan_allotment", amount)],
        )


def of_account(session: Session, account_id: str) -> list[Subscription]:
    """All periods and offers that were not withdrawn, oldest first."""
    return list(session.scalars(_OF_ACCOUNT, {"account": account_id}).unique())


_OF_ACCOUNT = (
    sa.select(Subscription)
    .where(Subscription.account_id == sa.bindparam("account"), Subscription.withdrawn_at.is_(None))
    .order_by(Subscription.starts_at, Subscription.id)
    .options(joinedload(Subscription.pauses))  # with them, not after them: one journey
)


_IN_ITS_PERIOD = _OF_ACCOUNT.where(
    Subscription.confirmed_at.is_not(None),
    Subscription.starts_at <= sa.bindparam("at"),
    Subscription.ends_at > sa.bindparam("at"),  # its end, or later than it
)


def of_accounts(session: Session, account_ids: Collection[str]) -> dict[str, list[Subscription]]:
    """All periods of several accounts, oldest first."""
    query = sa.select(Subscription).where(Subscription.account_id.in_(account_ids))
    found: dict[str, list[Subscription]] = {account_id: [] for account_id in account_ids}
    for row in session.scalars(query.order_by(Subscription.starts_at, Subscription.id)):
        found[row.account_id].append(row)
    return found


def has_expired(row: Subscription, at: datetime) -> bool:
    """Whether an offer can no longer be confirmed: its last day is over, and the customer had not confirmed it."""
    return (
        row.confirmed_at is None and row.accepted_at is None and row.valid_until is not None and at >= row.valid_until
    )


def newest(session: Session, account_id: str, at: datetime) -> Subscription | None:
    """The period that counts at that instant.

    The one that runs, paused or not; then an offer that can be confirmed or waits for its payment; then the last that
    ended; then one that is still to begin.
    """
    rows = [row for row in of_account(session, account_id) if not has_expired(row, at)]
    begun = latest(session, account_id, at)
    if begun is not None and not has_ended(begun, at):
        return begun
    offers = [row for row in rows if row.confirmed_at is None]
    return offers[-1] if offers else begun or next(iter(rows), None)


def latest(session: Session, account_id: str, at: datetime) -> Subscription | None:
    """The confirmed period that began last, whether or not it goes on; None before the first."""
    begun = [row for row in of_account(session, account_id) if row.confirmed_at is not None and row.starts_at <= at]
    return next((row for row in reversed(begun) if not has_ended(row, at)), begun[-1] if begun else None)


def running(session: Session, account_id: str, at: datetime) -> Subscription | None:
    """The confirmed period that goes on at that instant, paused or not; None between plans."""
    row = latest(session, account_id, at)
    return None if row is None or has_ended(row, at) else row


def following(session: Session, row: Subscription) -> Subscription | None:
    """The period that was confirmed to come after this one."""
    return session.scalar(sa.select(Subscription).where(Subscription.follows_id == row.id))


def in_force(session: Session, account_id: str, at: datetime) -> Subscription | None:
    """The plan that usage at that instant is charged to."""
    begun = session.scalars(_IN_ITS_PERIOD, {"account": account_id, "at": at}).unique().all()
    return in_force_among(session, begun, at)


def in_force_among(session: Session, rows: Sequence[Subscription], at: datetime) -> Subscription | None:
    """The same, of an account's periods in hand (oldest first): the one that began last counts."""
    return next((row for row in reversed(rows) if is_in_force(row, at)), None)


def is_in_force(row: Subscription, at: datetime) -> bool:
    """Confirmed, within its period, not paused, its amount not reached."""
    return (
        row.confirmed_at is not None
        and row.withdrawn_at is None
        and row.starts_at <= at
        and not has_ended(row, at)
        and pauses.at(row, at) is None
    )


def has_ended(row: Subscription, at: datetime) -> bool:
    """By its period, its amount, or because another period took its place."""
    return at >= periods.end(row) or (row.exhausted_at is not None and at >= row.exhausted_at)


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
    """At that instant, by the life of a plan in the design. What is renewed or cancelled waits for no renewal."""
    if has_expired(row, at) or (row.confirmed_at is not None and has_ended(row, at)):
        return "expired"
    if row.confirmed_at is None:
        return "pending_confirmation"
    if pauses.at(row, at):
        return "paused"
    if row.cancelled_at is not None or following(session, row) is not None:
        return "active"
    used = row.amount - remaining(session, row).units
    if row.ends_at - at <= RENEWAL_DAYS or used >= row.amount * RENEWAL_SHARE:
        return "pending_renewal"
    return "active"


def days_left(row: Subscription, at: datetime, account: AccountRow) -> int:
    """Whole days until the end, in the account's zone; 0 once ended. They stand still in a pause."""
    if has_ended(row, at):
        return 0
    left = periods.day(pauses.end_if_resumed(row, at), account) - periods.day(max(at, row.starts_at), account)
    return max(0, left.days)


def last_day(row: Subscription, account: AccountRow, at: datetime) -> date:
    """The last day in force: the day on which the amount was reached, or the period's last."""
    if row.exhausted_at is not None:
        return periods.day(row.exhausted_at, account)
    if pauses.at(row, at):
        return periods.day(pauses.end_if_resumed(row, at) - timedelta(microseconds=1), account)
    return periods.last_day(row, account)
