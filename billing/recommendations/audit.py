"""A period of a plan priced again, use by use in the order in which they were recorded, as charging did."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.metering.models import UsageEvent
from billing.metering.wallet import OnePlan
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.recommendations.pricing import Priced, Use, price


def price_again(session: Session, account: AccountRow, row: Subscription) -> Priced:
    """What the plan paid in its period and what went on demand, at the rates of each use's own time."""
    plan, none, priced = OnePlan(row.currency, row), OnePlan(row.currency), Priced(row.currency)
    query = sa.select(UsageEvent.service, UsageEvent.quantity, UsageEvent.at).where(
        UsageEvent.account_id == account.id, UsageEvent.at >= row.starts_at, UsageEvent.at < row.ends_at
    )
    for service, thousandths, at in session.execute(query.order_by(UsageEvent.id)):
        catalogue = catalogues.as_of(session, at, service)
        rates = {service: catalogues.rate(catalogue, service, row.currency)}
        over = row.exhausted_at is not None and at >= row.exhausted_at  # when that is, `plan` finds by itself
        in_force = over or plans.is_in_force(row, at)
        priced.add(price([Use(service, thousandths)], plan if in_force else none, rates))
    return priced
