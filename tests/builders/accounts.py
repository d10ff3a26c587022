"""Accounts and what they have: top-ups, vouchers, plans, use. Each tells only what the test is about."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count

from billing.accounts.models import AccountRow
from billing.api import Billing, NewUsage, Receipt
from billing.errors import BillingError
from billing.metering import service as metering
from billing.money import Money
from billing.plans import pauses
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.schemas import Interval, PaymentOption
from billing.vouchers import service as vouchers
from billing.vouchers.models import Voucher

_number = count(1)


def an_account(
    billing: Billing, account_id: str = "acme", *, currency: str = "USD", time_zone: str = "UTC", language: str = "en"
) -> str:
    billing.create_account(
        account_id, name=account_id.title(), currency=currency, time_zone=time_zone, language=language
    )
    return account_id


def a_top_up(
    billing: Billing, account: str, amount: Decimal | int | str, *, method: str = "card", key: str | None = None
) -> Receipt:
    key = key or f"top-up-{next(_number)}"
    return billing.recharge(account, amount=Decimal(amount), currency=None, method=method, key=key)


def a_voucher(
    billing: Billing,
    account: str,
    amount: Money,
    *,
    expires_at: datetime | None = None,
    services: list[str] | None = None,
    key: str | None = None,
) -> Voucher:
    key = key or f"voucher-{next(_number)}"
    with billing.database.transaction() as session:
        return vouchers.credit(
            session, account, amount, at=billing.now(), key=key, expires_at=expires_at, services=services
        )


def an_offer(
    billing: Billing,
    account: str,
    plan: str = "starter",
    *,
    interval: Interval = "monthly",
    starts_at: datetime | None = None,
    payment_option: PaymentOption = "full_upfront",
    services: list[str] | None = None,
) -> Subscription:
    """A plan that waits for the customer's confirmation."""
    with billing.database.transaction() as session:
        return plans.prepare(
            session,
            account,
            plan,
            interval,
            starts_at=starts_at or billing.now(),
            at=billing.now(),
            payment_option=payment_option,
            services=services,
        )


def a_plan(
    billing: Billing,
    account: str,
    plan: str = "starter",
    *,
    interval: Interval = "monthly",
    starts_at: datetime | None = None,
    payment_option: PaymentOption = "full_upfront",
    services: list[str] | None = None,
) -> Subscription:
    """A plan that was confirmed."""
    row = an_offer(
        billing,
        account,
        plan,
        interval=interval,
        starts_at=starts_at,
        payment_option=payment_option,
        services=services,
    )
    with billing.database.transaction() as session:
        row = session.get_one(Subscription, row.id)
        plans.activate(session, row, billing.now())
    return row


def pause(billing: Billing, row: Subscription) -> None:
    with billing.database.transaction() as session:
        pauses.begin(session, session.get_one(Subscription, row.id), billing.now())


def use(
    billing: Billing,
    account: str,
    quantity: Decimal | int | str = 1,
    service: str = "bot_session",
    *,
    at: datetime | None = None,
    event_id: str | None = None,
) -> str:
    """Record use of a service; `accepted`, or `repeated` when the event's id is known."""
    with billing.database.transaction() as session:
        used = NewUsage.model_construct(  # unchecked: what is wrong is for billing to refuse
            source="meter",
            id=event_id or f"event-{next(_number)}",
            account=account,
            service=service,
            time=at or billing.now(),
            quantity=Decimal(quantity),
        )
        [verdict] = metering.record_all(session, [used], now=billing.now(), late=None)
        if isinstance(verdict, BillingError):
            raise verdict
        return verdict


def row_of(billing: Billing, account: str) -> AccountRow:
    with billing.database.snapshot() as session:
        return session.get_one(AccountRow, account)
