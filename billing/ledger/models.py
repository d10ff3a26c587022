"""The ledger's tables. Entries and transactions are append-only: triggers in the migration refuse anything else."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, RowId, Units

NOT_USAGE = sa.text("kind <> 'usage'")
"""What an index of few rows holds among a million of usage. Spelt out, since SQLite reads no parameter for it."""


class LedgerAccount(Base):
    """An account of the ledger with its balance, kept beside the entries and updated with them.

    `owner` is the customer's account; `kind` is a bucket (`plan`, `voucher`, `top_up`, `owed`) or a contra account;
    `ref` tells several of a kind apart (the subscription's or the voucher's id).
    """

    __tablename__ = "ledger_account"
    __table_args__ = (sa.UniqueConstraint("owner", "kind", "ref"),)

    id: Mapped[RowId]
    owner: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(32))
    ref: Mapped[str] = mapped_column(sa.String(64))
    currency: Mapped[CurrencyCode]
    balance: Mapped[Units]


class LedgerTransaction(Base):
    """Entries that belong together. Its id is the ledger's position; its key is claimed with its entries."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        sa.Index("ix_ledger_transaction_owner_at", "owner", "at"),
        sa.Index("ix_ledger_transaction_owner_id", "owner", "id"),  # whether anything was posted since a position
        sa.Index(
            "ix_ledger_transaction_not_usage", "owner", "at", "id", postgresql_where=NOT_USAGE, sqlite_where=NOT_USAGE
        ),
    )

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    owner: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(32))
    service: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[At]


class LedgerEntry(Base):
    """A signed posting to one ledger account; those of a transaction sum to zero per currency."""

    __tablename__ = "ledger_entry"

    id: Mapped[RowId]
    transaction_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_transaction.id"), index=True)
    ledger_account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_account.id"), index=True)
    units: Mapped[Units]
