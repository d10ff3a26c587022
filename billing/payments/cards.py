"""Saved cards and customers at the provider. What is kept of a card is what may be shown; the provider has the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.errors import CardNotFound
from billing.payments.models import ProviderCustomer, SavedCardRow
from billing.payments.providers.base import KeptCard
from billing.schemas import Card


def customer(session: Session, account_id: str, provider: str) -> ProviderCustomer | None:
    """The account at the provider."""
    return session.get(ProviderCustomer, (account_id, provider))


def remember_customer(
    session: Session, account_id: str, provider: str, reference: str, at: datetime
) -> ProviderCustomer:
    """Keep the first that was made; another made at the same time stays unused at the provider."""
    accounts.lock(session, account_id)
    row = customer(session, account_id, provider)
    if row is None:
        row = ProviderCustomer(account_id=account_id, provider=provider, reference=reference, created_at=at)
        session.add(row)
        session.flush()
    return row


def in_use(session: Session, account_id: str) -> Sequence[SavedCardRow]:
    """The default first, then the newest."""
    query = sa.select(SavedCardRow).where(SavedCardRow.account_id == account_id, SavedCardRow.removed_at.is_(None))
    return session.scalars(query.order_by(SavedCardRow.is_default.desc(), SavedCardRow.id.desc())).all()


def default(session: Session, account_id: str, at: datetime) -> SavedCardRow | None:
    """The card that is charged; None where none is saved or it has expired."""
    row = next(iter(in_use(session, account_id)), None)
    return row if row is not None and row.expires >= at.strftime("%Y-%m") else None


def find(session: Session, account_id: str, card_id: str) -> SavedCardRow:
    """A card in use.

    Raises:
        CardNotFound: the account has none of that id.
    """
    for row in in_use(session, account_id):
        if row.number == card_id.strip().upper():
            return row
    raise CardNotFound(card_id)


def make_default(session: Session, account_id: str, card_id: str) -> bool:
    """Charge this card from now on; False when that is so already. Raises CardNotFound."""
    accounts.lock(session, account_id)
    chosen = find(session, account_id, card_id)
    was = chosen.is_default
    for row in in_use(session, account_id):
        row.is_default = row.id == chosen.id
    return not was


def remove(session: Session, account_id: str, card_id: str, at: datetime) -> SavedCardRow:
    """Use it no more, from now on. Raises CardNotFound."""
    accounts.lock(session, account_id)
    row = find(session, account_id, card_id)
    row.removed_at, row.is_default = at, False
    session.flush()
    _have_a_default(session, account_id)
    return row


def undetached(session: Session) -> list[tuple[int, str]]:
    """Cards that were removed and that the provider still has: row and reference."""
    query = sa.select(SavedCardRow.id, SavedCardRow.reference).where(
        SavedCardRow.removed_at.is_not(None), SavedCardRow.detached_at.is_(None)
    )
    return [(number, reference) for number, reference in session.execute(query)]


def stale(session: Session) -> list[tuple[str, str]]:
    """Accounts whose cards may be others at the provider by now, and their customers there."""
    query = sa.select(ProviderCustomer.account_id, ProviderCustomer.reference).where(
        ProviderCustomer.cards_stale_at.is_not(None)
    )
    return [(account, reference) for account, reference in session.execute(query)]


def of_account(session: Session, account_id: str) -> list[tuple[str, str]]:
    """The account and its customer at the provider, where it is one."""
    query = sa.select(ProviderCustomer.account_id, ProviderCustomer.reference)
    return [
        (account, reference)
        for account, reference in session.execute(query.where(ProviderCustomer.account_id == account_id))
    ]


def stale_since(session: Session, account_id: str, provider: str) -> datetime | None:
    """Since when its cards may be others; None: they are as known."""
    row = customer(session, account_id, provider)
    return row.cards_stale_at if row is not None else None


def changed(session: Session, reference: str, at: datetime) -> str | None:
    """The provider says that a customer's cards changed: ask for them. The account; None: nobody's here."""
    row = session.scalar(sa.select(ProviderCustomer).where(ProviderCustomer.reference == reference))
    if row is None:
        return None
    row.cards_stale_at = at
    return row.account_id


def refresh(
    session: Session,
    account_id: str,
    provider: str,
    found: Sequence[KeptCard],
    *,
    stale_since: datetime | None,
    at: datetime,
) -> None:
    """Make the account's cards those that the provider has, but for the ones that were removed here.

    `stale_since` as it was before the provider was asked: what changed meanwhile is asked for again.
    """
    accounts.lock(session, account_id)
    query = sa.select(SavedCardRow).where(SavedCardRow.account_id == account_id, SavedCardRow.provider == provider)
    known = {row.reference: row for row in session.scalars(query)}
    for card in reversed(found):
        row = known.pop(card.reference, None)
        if row is None:
            row = SavedCardRow(
                account_id=account_id,
                provider=provider,
                reference=card.reference,
                is_default=False,
                saved_at=at,
            )
            session.add(row)
        row.brand, row.last4, row.expires = card.brand, card.last4, card.expires
    for gone in known.values():
        gone.removed_at, gone.is_default = gone.removed_at or at, False
        gone.detached_at = gone.detached_at or at
    at_provider = customer(session, account_id, provider)
    if at_provider is not None and at_provider.cards_stale_at == stale_since:
        at_provider.cards_stale_at = None
    session.flush()
    _have_a_default(session, account_id)


def _have_a_default(session: Session, account_id: str) -> None:
    """The newest card where none is."""
    rows = in_use(session, account_id)
    if rows and not rows[0].is_default:
        rows[0].is_default = True
        session.flush()


def of_id(session: Session, number: int | None) -> Card | None:
    """A card as it crosses the door, also one that was removed since."""
    return schema(session.get_one(SavedCardRow, number)) if number is not None else None


def schema(row: SavedCardRow) -> Card:
    """As it crosses the door."""
    return Card(id=row.number, brand=row.brand, last4=row.last4, expires=row.expires, default=row.is_default)


def listed(session: Session, account_id: str) -> list[Card]:
    """The account's cards, the default first."""
    return [schema(row) for row in in_use(session, accounts.find(session, account_id).id)]
