"""Accounts: create, find, lock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from billing.accounts.models import AccountRow
from billing.errors import AccountExists, AccountNotFound, TimeZoneUnknown
from billing.money import minor_digits
from billing.schemas import Account, SupportTier


def find(session: Session, account_id: str) -> AccountRow:
    """The account.

    Raises:
        AccountNotFound: no account has that id.
    """
    known = session.identity_map.get(identity_key(AccountRow, account_id))
    row = known or session.scalar(_FIND, {"account": account_id})
    if row is None:
        raise AccountNotFound(account_id)
    return row


def lock(session: Session, account_id: str) -> AccountRow:
    """The account, held until the transaction ends: two writers on one account wait for each other.

    Raises:
        AccountNotFound: no account has that id.
    """
    row = session.scalar(_LOCK, {"account": account_id})
    if row is None:
        raise AccountNotFound(account_id)
    return row


_FIND = sa.select(AccountRow).where(AccountRow.id == sa.bindparam("account"))  # `Session.get` makes it anew each time
_LOCK = _FIND.with_for_update().execution_options(autoflush=False)


def lock_all(session: Session, account_ids: Collection[str]) -> dict[str, AccountRow]:
    """Those of the accounts that there are, held until the transaction ends.

    In the order of their ids, so that two who lock several wait for each other and never cross.
    """
    query = sa.select(AccountRow).where(AccountRow.id.in_(account_ids)).order_by(AccountRow.id).with_for_update()
    return {row.id: row for row in session.scalars(query)}


def create(
    session: Session, account_id: str, *, name: str, currency: str, time_zone: str, language: str, at: datetime
) -> AccountRow:
    """A new account with basic support.

    Raises:
        AccountExists: the id is taken.
        CurrencyUnknown: not a currency that accounts may have.
        TimeZoneUnknown: not the IANA name of one.
    """
    minor_digits(currency)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneUnknown(time_zone) from error
    if session.get(AccountRow, account_id) is not None:
        raise AccountExists(account_id)
    row = AccountRow(
        id=account_id,
        name=name,
        currency=currency,
        time_zone=time_zone,
        language=language,
        support_tier="basic",
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row


def search(session: Session, text: str, *, after: str | None, limit: int) -> list[AccountRow]:
    """Accounts by id, whose id or name holds the text, in either case; those after the id `after`."""
    query = sa.select(AccountRow).order_by(AccountRow.id).limit(limit)
    if text := text.strip():
        held = (column.icontains(text, autoescape=True) for column in (AccountRow.id, AccountRow.name))
        query = query.where(sa.or_(*held))
    if after is not None:
        query = query.where(AccountRow.id > after)
    return list(session.scalars(query))


def everyone(session: Session) -> list[AccountRow]:
    """All accounts by id."""
    return list(session.scalars(sa.select(AccountRow).order_by(AccountRow.id)))


def set_support_tier(session: Session, account_id: str, tier: SupportTier) -> AccountRow:
    """Move the account's support plan."""
    row = lock(session, account_id)
    row.support_tier = tier
    return row


def zone(row: AccountRow) -> ZoneInfo:
    """The zone whose midnights bound the account's days and periods."""
    return ZoneInfo(row.time_zone)


def schema(row: AccountRow) -> Account:
    """As it crosses the door."""
    return Account.model_validate(
        {name: getattr(row, name) for name in ("id", "name", "currency", "time_zone", "language", "support_tier")}
    )
