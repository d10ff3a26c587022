"""The terms of a period, in full, from a row that may not be kept yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from billing.accounts.models import AccountRow
from billing.catalogue import service as catalogues
from billing.catalogue.schemas import Catalogue
from billing.invoices import service as invoices
from billing.money import Money
from billing.payments import cards
from billing.payments.providers.ways import ways_of
from billing.plans import periods
from billing.plans import service as plans
from billing.plans.models import Subscription
from billing.plans.schemas import PlanTerms
from billing.schemas import Card


def of(session: Session, account: AccountRow, row: Subscription, at: datetime) -> PlanTerms:
    """What the customer would confirm at that instant."""
    _, sold = catalogues.version(session, row.catalogue_version)
    now = row.starts_at <= at
    begins_on, after = periods.day(row.starts_at, account), periods.last_day(row, account) + timedelta(days=1)
    pay_later = row.payment_option == "pay_later"
    due_on, deposit_due_on = invoices.due_days(row, after if pay_later else begins_on)
    price, due_now = Money(row.price, row.currency), _due_now(row)
    covered = row.services or list(sold.services)
    return PlanTerms.model_validate(
        {
            "plan": row.plan,
            "names": dict(catalogues.plan(sold, row.plan).names),
            "interval": row.interval,
            "services": covered,
            "all_services": not row.services,
            "starts": "now" if now else "on_date",
            "starts_on": begins_on,
            "ends_on": periods.last_day(row, account),
            "price": price,
            "amount": Money(row.amount, row.currency),
            "rates": _rates(row, catalogues.current(session), sold, covered),
            "quotas": {name: Decimal(quota) for name, quota in row.terms["quotas"].items() if name in covered},
            "payment_option": row.payment_option,
            "payment_method": row.payment_method,
            "deposit": invoices.deposit(row) if deposit_due_on else None,
            "due_now": due_now,
            "due_now_on": deposit_due_on or due_on,
            "due_later": None if pay_later else price - due_now,
            "due_on": due_on,
            "pause_days": int(row.terms.get("pause_days", 30)),
            "card": _card(session, row, at),
        }
    )


def _card(session: Session, row: Subscription, at: datetime) -> Card | None:
    """The saved card that would be charged."""
    provider = ways_of(session).get(row.payment_method or "")
    if row.payment_method != "card" or provider is None or provider.settles != "after_payment":
        return None
    card = cards.default(session, row.account_id, at)
    return cards.schema(card) if card is not None else None


def _due_now(row: Subscription) -> Money:
    if row.payment_option == "full_upfront":
        return Money(row.price, row.currency)
    return invoices.deposit(row)


def _rates(row: Subscription, present: Catalogue, sold: Catalogue, covered: list[str]) -> dict[str, Money]:
    """The plan's own rates; for other services what they cost on demand now."""
    found = {}
    for service in covered:
        catalogue = present if service in present.services else sold
        found[service] = plans.plan_rate(row, service, catalogues.rate(catalogue, service, row.currency))
    return found
