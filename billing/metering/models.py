"""The tables of usage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, RowId, Units


class UsageEvent(Base):
    """Use of a service, counted once for its (`source`, `event_id`). `quantity` is in thousandths of the unit."""

    __tablename__ = "usage_event"
    __table_args__ = (
        sa.UniqueConstraint("source", "event_id"),
        sa.Index("ix_usage_event_account_id_at", "account_id", "at"),
    )

    id: Mapped[RowId]
    source: Mapped[str] = mapped_column(sa.String(200))
    event_id: Mapped[str] = mapped_column(sa.String(200))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    service: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[At]
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    transaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_transaction.id"))


class UsageCharge(Base):
    """The part of an event that one bucket paid for; the parts add up to the event."""

    __tablename__ = "usage_charge"

    id: Mapped[RowId]
    usage_event_id: Mapped[int] = mapped_column(sa.ForeignKey("usage_event.id"), index=True)
    bucket: Mapped[str] = mapped_column(sa.String(16))
    ref: Mapped[str] = mapped_column(sa.String(64))
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    units: Mapped[Units]
