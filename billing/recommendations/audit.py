"""A period of a plan priced again, use by use in the order in which they were recorded, as charging did."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.invoices.models import InvoiceLineRow, InvoiceRow
from billing.ledger import service as ledger
from billing.metering.models import UsageEvent
from billing.metering.wallet import OnePlan
from billing.money import Money
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.recommendations.pricing import Priced, Use, price
from billing.recommendations.schemas import OwnPeriod
from billing.schemas import Period

PRICE = "plan_price"
"""The line of a plan's price; other lines are named for their service."""


def own_periods(session: Session, account: AccountRow) -> Iterator[OwnPeriod]:
    """Every invoiced period, newest first, priced again from the use and the terms alone."""
    query = (
        sa.select(InvoiceRow, Subscription)
        .join(Subscription, Subscription.id == InvoiceRow.subscription_id)
        .where(InvoiceRow.account_id == account.id)
        .order_by(InvoiceRow.id.desc())
    )
    for invoice, row in session.execute(query).all():
        priced, invoiced = _lines_again(session, account, row, invoice), _lines(session, invoice)
        yield OwnPeriod.model_validate(
            {
                "number": row.number,
                "plan": row.plan,
                "period": Period.model_validate({"from": invoice.period_from, "to": invoice.period_to}),
                "invoice": invoice.number,
                "priced": priced,
                "invoiced": invoiced,
                "agrees": priced == invoiced and Money.total(priced.values(), row.currency).units == invoice.total,
            }
        )


def _lines_again(session: Session, account: AccountRow, row: Subscription, invoice: InvoiceRow) -> dict[str, Money]:
    if row.payment_option != "pay_later":
        return {PRICE: Money(row.price, row.currency)}
    posted = ledger.posted(session, f"invoice:{invoice.id}")
    # nothing is posted where nothing came to any money: whatever costs something was told afterwards
    priced = price_again(session, account, row, before=posted.id if posted else 0)
    return {service: money.rounded() for service, money in priced.lines.items() if money.rounded()}


def _lines(session: Session, invoice: InvoiceRow) -> dict[str, Money]:
    rows = session.scalars(sa.select(InvoiceLineRow).where(InvoiceLineRow.invoice_id == invoice.id))
    return {
        line.service or PRICE: Money(line.units, invoice.currency) for line in rows if line.units or not line.service
    }


def price_again(session: Session, account: AccountRow, row: Subscription, before: int | None = None) -> Priced:
    """What the plan paid in its period and what went on demand, at the rates of each use's own time.

    `before`: a position of the ledger, from which on use counts no more.
    """
    plan, none, priced = OnePlan(row.currency, row), OnePlan(row.currency), Priced(row.currency)
    query = sa.select(UsageEvent.service, UsageEvent.quantity, UsageEvent.at).where(
        UsageEvent.account_id == account.id, UsageEvent.at >= row.starts_at, UsageEvent.at < row.ends_at
    )
    if before is not None:
        query = query.where(sa.or_(UsageEvent.transaction_id.is_(None), UsageEvent.transaction_id < before))
    for service, thousandths, at in session.execute(query.order_by(UsageEvent.id)):
        catalogue = catalogues.as_of(session, at, service)
        rates = {service: catalogues.rate(catalogue, service, row.currency)}
        over = row.exhausted_at is not None and at >= row.exhausted_at  # when that is, `plan` finds by itself
        in_force = over or plans.is_in_force(row, at)
        priced.add(price([Use(service, thousandths)], plan if in_force else none, rates))
    return priced
