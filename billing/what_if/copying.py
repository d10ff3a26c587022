"""One account's rows, read in the caller's snapshot and laid out in a private database in memory.

A savepoint on the real database would lock the account (all of SQLite) for as long as the question takes, and hand
out numbers of sequences that do not roll back. A copy takes reads only; nobody waits, and nothing can be written back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from billing.accounts.models import AccountRow
from billing.catalogue.models import CatalogueRow
from billing.db import Base, create_engine
from billing.invoices.models import CreditNoteRow, InvoiceRow
from billing.invoices.numbers import NumberSeries
from billing.ledger.models import LedgerAccount, LedgerTransaction
from billing.metering.models import PlanUsage, UsageDay
from billing.money import Money
from billing.payments.providers.ways import Ways, ways_of
from billing.plans.models import PlanPause, Subscription
from billing.receipt_keys import Signer
from billing.receipts.service import Issuer
from billing.recharge.models import TopUp
from billing.schemas import Method, Settles
from billing.vouchers.models import Voucher

LOOKED_BACK = timedelta(days=400)
"""How far back use by day is copied: a yearly period that is paid later, and the use of it that is told late."""


class PaidAtOnce:
    """A provider whose payments always succeed, with no other machine asked."""

    settles: Settles = "now"

    def __init__(self, name: str) -> None:
        self.name = name

    def pay(self, amount: Money) -> Literal["completed", "pending"]:
        """At once."""
        return "completed"


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows by table. Of the ledger: balances, and the transactions whose keys may be claimed again; no entries.

    So all entries and charges in a fork are what happened in it.
    """

    rows: dict[str, list[dict[str, Any]]]
    ways: dict[Method, str]
    """The providers' names by way to pay: what clearing accounts are told apart by."""

    @classmethod
    def of(cls, session: Session, account: AccountRow, today: date) -> Copy:
        """Read an account's rows, and the catalogues and number series of all."""
        found = {table.name: _read(session, table, condition) for table, condition in _wanted(account.id, today)}
        ways = ways_of(session)
        return cls(found, {method: ways.provider_of(method).name for method in ways.methods})

    @contextmanager
    def forked(self) -> Iterator[Session]:
        """A session on a database that holds the copy, and is gone afterwards. What is paid counts as paid at once."""
        info: dict[Any, Any] = {}
        Ways({method: PaidAtOnce(name) for method, name in self.ways.items()}).known_to(info)
        Issuer("what if", Signer([secrets.token_hex(32)])).known_to(info)  # no key of ours signs what did not happen
        engine = create_engine("sqlite://")
        try:
            raw = engine.raw_connection()
            # what the copied rows point at beyond the account is not there
            raw.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            raw.driver_connection.executescript(_schema())  # type: ignore[union-attr]
            raw.close()
            with Session(engine, expire_on_commit=False, info=info) as session:
                for name, rows in self.rows.items():
                    if rows:
                        session.execute(sa.insert(Base.metadata.tables[name]), rows)
                yield session
        finally:
            engine.dispose()


def _wanted(account: str, today: date) -> Iterator[tuple[sa.Table, sa.ColumnElement[bool] | None]]:
    plans = sa.select(Subscription.id).where(Subscription.account_id == account).scalar_subquery()
    newest = sa.select(sa.func.max(LedgerTransaction.id)).where(LedgerTransaction.owner == account).scalar_subquery()
    yield _table(AccountRow), AccountRow.id == account
    yield _table(CatalogueRow), None
    yield _table(NumberSeries), None
    yield _table(Subscription), Subscription.account_id == account
    yield _table(PlanPause), PlanPause.subscription_id.in_(plans)
    yield _table(PlanUsage), PlanUsage.subscription_id.in_(plans)
    yield _table(Voucher), Voucher.account_id == account
    yield _table(TopUp), TopUp.account_id == account
    yield _table(InvoiceRow), InvoiceRow.account_id == account
    yield _table(CreditNoteRow), CreditNoteRow.account_id == account
    yield _table(UsageDay), sa.and_(UsageDay.account_id == account, UsageDay.day >= today - LOOKED_BACK)
    yield _table(LedgerAccount), LedgerAccount.owner == account
    # the newest is there so that no number is given out twice
    wanted = sa.or_(LedgerTransaction.kind != "usage", LedgerTransaction.id == newest)
    yield _table(LedgerTransaction), sa.and_(LedgerTransaction.owner == account, wanted)


def _read(session: Session, table: sa.Table, condition: sa.ColumnElement[bool] | None) -> list[dict[str, Any]]:
    query = sa.select(table) if condition is None else sa.select(table).where(condition)
    rows = [dict(row) for row in session.execute(query).mappings()]
    if table is _table(LedgerTransaction):
        for row in rows:  # usage is counted from 1 in a fork, and its keys with it
            row["key"] = row["key"] if row["kind"] != "usage" else f"copied:{row['id']}"
    return rows


def _table(model: type[Base]) -> sa.Table:
    return Base.metadata.tables[model.__tablename__]


@cache
def _schema() -> str:
    """Every table as one script: a tenth of the time that creating them one by one takes."""
    dialect = sqlite.dialect()
    parts = []
    for table in Base.metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=dialect)))
        parts.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
    return ";\n".join(parts)
