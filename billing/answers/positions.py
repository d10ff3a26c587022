"""Where an account stands, and which rows were there at a position."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.answers.schemas import Position
from billing.answers.versions import RowVersion
from billing.catalogue.models import CatalogueRow
from billing.ledger.models import LedgerTransaction
from billing.metering.days import Days
from billing.metering.models import UsageEvent

_ACCOUNT: sa.BindParameter[str] = sa.bindparam("account")
_FREE = UsageEvent.transaction_id.is_(None)


def _newest(number: sa.orm.InstrumentedAttribute[int], *of: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.select(sa.func.max(number)).where(*of).scalar_subquery(), 0)


_POSITION = sa.select(
    _newest(LedgerTransaction.id, LedgerTransaction.owner == _ACCOUNT),
    _newest(UsageEvent.id, UsageEvent.account_id == _ACCOUNT, _FREE),
    _newest(RowVersion.id, RowVersion.account_id == _ACCOUNT),
    _newest(CatalogueRow.version),
)


def position(session: Session, account_id: str) -> Position:
    """Four look-ups in indexes, in one query."""
    return Position(*session.connection().execute(_POSITION, {"account": account_id}).one())


def posted(account_id: str, at: Position) -> tuple[sa.ColumnElement[bool], ...]:
    """The account's ledger transactions at that position."""
    return LedgerTransaction.owner == account_id, LedgerTransaction.id <= at.ledger


def used(account_id: str, at: Position) -> tuple[sa.ColumnElement[bool], ...]:
    """The account's use at that position."""
    free = sa.and_(_FREE, UsageEvent.id <= at.free)
    return UsageEvent.account_id == account_id, sa.or_(UsageEvent.transaction_id <= at.ledger, free)


def day_of(account: AccountRow, at: datetime) -> date:
    """The account's day that holds an instant."""
    return Days(accounts.zone(account)).of(at)
