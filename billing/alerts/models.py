"""The tables of alerts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, Json, RowId
from billing.sealing import SealedText


class AlertWatch(Base):
    """How far an account's ledger was looked at, and what its owner wants to be told.

    `armed`: the balance was above the threshold since the last alert, so that falling below it is a crossing.
    `used` keeps what was used of each plan's amount, by the plan's `ref`, in units. `next_at` is when something may
    cross without any transaction: a plan's start or end, a voucher's end.
    """

    __tablename__ = "alert_watch"

    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    began_at: Mapped[At]
    checked_at: Mapped[At]
    position: Mapped[int] = mapped_column(sa.BigInteger)
    armed: Mapped[bool]
    used: Mapped[Json]
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    low_balance: Mapped[int | None] = mapped_column(sa.BigInteger)
    email: Mapped[str | None] = mapped_column(SealedText)


class AlertRow(Base):
    """One crossing, raised once: (`account_id`, `kind`, `crossing`) is unique. Open until `cleared_at`.

    `level` is the percentage used or the days left; `told_in` is the conversation that told it.
    """

    __tablename__ = "alert"
    __table_args__ = (sa.UniqueConstraint("account_id", "kind", "crossing"),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    crossing: Mapped[str] = mapped_column(sa.String(100))
    level: Mapped[int | None]
    subscription_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscription.id"))
    currency: Mapped[CurrencyCode]
    figures: Mapped[Json]
    raised_at: Mapped[At]
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_by: Mapped[str | None] = mapped_column(sa.String(20))
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    told_in: Mapped[str | None] = mapped_column(sa.String(64))

    @property
    def number(self) -> str:
        """What people call it."""
        return f"A-{self.id:06d}"
