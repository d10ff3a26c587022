"""One account as it stood at a position: a copy in an embedded database in memory, which the usual reads read.

Balances are summed from entries and days from charges, up to the position; rows that can change are taken from their
versions. Of usage events the first alone is there: no read asks for more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table

from billing.accounts import service as accounts
from billing.accounts.models import AccountRow
from billing.answers import positions
from billing.answers.schemas import Position
from billing.answers.versions import RowVersion
from billing.catalogue.models import CatalogueRow
from billing.db import Base, Instant
from billing.invoices.models import CreditNoteRow, InvoiceLineRow, InvoiceRow
from billing.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.metering.days import Days, begin_of, quarter_of
from billing.metering.models import PlanUsage, UsageCharge, UsageDay, UsageEvent
from billing.plans.models import PlanPause, Subscription
from billing.recharge.models import TopUp
from billing.vouchers.models import Voucher

Rows = Sequence[dict[str, Any]]
_VERSIONED: tuple[type[Base], ...] = (Subscription, PlanPause, Voucher, TopUp, InvoiceRow, CreditNoteRow)
_TABLES: tuple[type[Base], ...] = (
    AccountRow,
    CatalogueRow,
    LedgerAccount,
    LedgerTransaction,
    LedgerEntry,
    UsageEvent,
    UsageDay,
    PlanUsage,
    InvoiceLineRow,
    *_VERSIONED,
)
_NOT_USAGE = LedgerTransaction.kind != sa.literal_column("'usage'")
_Day = tuple[date, str, str, str]
"""A day of use: the day, the service, and the bucket and ref that paid."""


@contextmanager
def past(session: Session, account_id: str, at: Position) -> Iterator[Session]:
    """The copy; it is gone when it was read."""
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    try:
        Base.metadata.create_all(engine, tables=[_table(model) for model in _TABLES])
        with Session(engine, expire_on_commit=False, info=session.info) as copy:
            _fill(session, copy, account_id, at)
            yield copy
    finally:
        engine.dispose()


def _fill(session: Session, copy: Session, account_id: str, at: Position) -> None:
    account = accounts.find(session, account_id)
    _write(copy, AccountRow, _rows(session, AccountRow, AccountRow.id == account_id))
    _write(copy, CatalogueRow, _rows(session, CatalogueRow, CatalogueRow.version <= at.catalogue))
    _write(copy, LedgerAccount, _balances(session, account_id, at))
    posted = (*positions.posted(account_id, at), _NOT_USAGE)
    newest = LedgerTransaction.id == at.ledger  # where a balance says that it stands
    _write(copy, LedgerTransaction, _rows(session, LedgerTransaction, sa.or_(sa.and_(*posted), newest)))
    of_those = LedgerEntry.transaction_id.in_(sa.select(LedgerTransaction.id).where(*posted))
    _write(copy, LedgerEntry, _rows(session, LedgerEntry, of_those))
    versions = _versions(session, account_id, at)
    for model in _VERSIONED:
        _write(copy, model, versions.get(model.__tablename__, []))
    invoices = [row["id"] for row in versions.get(InvoiceRow.__tablename__, [])]
    _write(copy, InvoiceLineRow, _rows(session, InvoiceLineRow, InvoiceLineRow.invoice_id.in_(invoices)))
    first = sa.select(UsageEvent.id).where(*positions.used(account_id, at)).order_by(UsageEvent.at).limit(1)
    _write(copy, UsageEvent, _rows(session, UsageEvent, UsageEvent.id == first.scalar_subquery()))
    days = _days(session, account, at)
    _write(copy, UsageDay, days)
    _write(copy, PlanUsage, _paid_by_plans(days))
    copy.flush()


def _balances(session: Session, account_id: str, at: Position) -> Rows:
    """Of the ledger accounts that were posted to by then."""
    query = (
        sa.select(
            LedgerAccount.id,
            LedgerAccount.owner,
            LedgerAccount.kind,
            LedgerAccount.ref,
            LedgerAccount.currency,
            sa.cast(sa.func.sum(LedgerEntry.units), sa.BigInteger).label("balance"),
        )
        .join(LedgerEntry, LedgerEntry.ledger_account_id == LedgerAccount.id)
        .where(LedgerAccount.owner == account_id, LedgerEntry.transaction_id <= at.ledger)
        .group_by(LedgerAccount.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def states(session: Session, account_id: str, at: Position, table: str) -> list[dict[str, Any]]:
    """The rows of a table as they were by then, oldest first."""
    return _versions(session, account_id, at, RowVersion.kind == table).get(table, [])


def subscriptions(session: Session, account_id: str, at: Position) -> list[Subscription]:
    """The plans that were not withdrawn by then, with their pauses, oldest first; in no session."""
    pauses: dict[int, list[PlanPause]] = {}
    for row in states(session, account_id, at, PlanPause.__tablename__):
        pauses.setdefault(row["subscription_id"], []).append(PlanPause(**row))
    found = [
        Subscription(**row, pauses=sorted(pauses.get(row["id"], []), key=lambda pause: pause.paused_at))
        for row in states(session, account_id, at, Subscription.__tablename__)
        if row["withdrawn_at"] is None
    ]
    return sorted(found, key=lambda row: (row.starts_at, row.id))


def _versions(
    session: Session, account_id: str, at: Position, *which: sa.ColumnElement[bool]
) -> dict[str, list[dict[str, Any]]]:
    """The state of each row by then, by table."""
    query = sa.select(RowVersion.kind, RowVersion.row_id, RowVersion.content).where(
        RowVersion.account_id == account_id, RowVersion.id <= at.rows, *which
    )
    states: dict[tuple[str, int], Any] = {}
    for kind, number, content in session.execute(query.order_by(RowVersion.id)):
        states[kind, number] = content
    found: dict[str, list[dict[str, Any]]] = {}
    for (kind, _), content in sorted(states.items(), key=lambda state: state[0]):
        found.setdefault(kind, []).append(_restored(Base.metadata.tables[kind], content))
    return found


def _restored(table: Table, content: Mapping[str, Any]) -> dict[str, Any]:
    """As the columns have it; what is not copied (names, keys, words) is empty, and unique where it must be."""
    row = {name: _value(table.c[name], value) for name, value in content.items()}
    for column in table.c:
        if column.name not in row:
            row[column.name] = None if column.nullable else str(content["id"])
    return row


def _value(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Instant):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, sa.JSON) and isinstance(value, str):
        return json.loads(value)
    return value


def _days(session: Session, account: AccountRow, at: Position) -> Rows:
    """Use by the account's own day, from the charges: summed by quarters of an hour in the database (ADR 0008)."""
    quarter, days = quarter_of(session), Days(accounts.zone(account))
    query = (
        sa.select(
            quarter,
            UsageEvent.service,
            UsageCharge.bucket,
            UsageCharge.ref,
            sa.cast(sa.func.sum(UsageCharge.quantity), sa.BigInteger),
            sa.cast(sa.func.sum(UsageCharge.units), sa.BigInteger),
            sa.func.max(sa.case((UsageCharge.units > 0, UsageEvent.at))),
        )
        .join(UsageCharge, UsageCharge.usage_event_id == UsageEvent.id)
        .where(*positions.used(account.id, at))
        .group_by(quarter, UsageEvent.service, UsageCharge.bucket, UsageCharge.ref)
    )
    sums: dict[_Day, tuple[int, int, datetime | None]] = {}
    for number, service, bucket, ref, quantity, units, last_at in session.execute(query):
        key = (days.of(begin_of(number)), service, bucket, ref)
        before = sums.get(key, (0, 0, None))
        newest = max((moment for moment in (before[2], last_at) if moment is not None), default=None)
        sums[key] = (before[0] + quantity, before[1] + units, newest)
    stands = _places(session, account.id, at) if sums else {}
    return [
        {
            "account_id": account.id,
            "day": day,
            "service": service,
            "bucket": bucket,
            "ref": ref,
            "quantity": quantity,
            "units": units,
            "last_at": last_at,
            "transaction_id": stands[last_at, service, bucket, ref] if last_at else None,
        }
        for (day, service, bucket, ref), (quantity, units, last_at) in sums.items()
    ]


def _places(session: Session, account_id: str, at: Position) -> dict[tuple[datetime, str | None, str, str], int]:
    """The newest transaction of use of each instant, service and bucket: where the credit history places a day."""
    by = (LedgerTransaction.at, LedgerTransaction.service, LedgerAccount.kind, LedgerAccount.ref)
    query = (
        sa.select(*by, sa.func.max(LedgerTransaction.id))
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.ledger_account_id)
        .where(*positions.posted(account_id, at), LedgerTransaction.kind == "usage")
        .group_by(*by)
    )
    return {(moment, service, kind, ref): number for moment, service, kind, ref, number in session.execute(query)}


def _paid_by_plans(days: Rows) -> Rows:
    """What plans paid for: sums of the days (`last_at` is charging's alone, and not read)."""
    sums: dict[tuple[int, str], int] = {}
    for day in days:
        if day["bucket"] == "plan":
            key = (int(day["ref"]), day["service"])
            sums[key] = sums.get(key, 0) + day["quantity"]
    never = datetime.min.replace(tzinfo=UTC)
    return [
        {"subscription_id": plan, "service": service, "quantity": quantity, "last_at": never}
        for (plan, service), quantity in sums.items()
    ]


def _rows(session: Session, model: type[Base], *where: sa.ColumnElement[bool]) -> Rows:
    return [dict(row) for row in session.execute(sa.select(_table(model)).where(*where)).mappings()]


def _write(copy: Session, model: type[Base], rows: Rows) -> None:
    if rows:
        copy.execute(sa.insert(_table(model)), rows)


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
