"""The tables of usage."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, Instant, RowId, Units

FREE = sa.text("transaction_id IS NULL")
"""Use that cost nothing, and has no transaction in the ledger."""


class UsageEvent(Base):
    """Use of a service, counted once for its (`source`, `event_id`). `quantity` is in thousandths of the unit.

    `details` is what a conversation's event said (its quantity depends on the other event of the conversation).
    """

    __tablename__ = "usage_event"
    __table_args__ = (
        sa.UniqueConstraint("source", "event_id"),
        sa.Index("ix_usage_event_account_id_at", "account_id", "at"),
        sa.Index("ix_usage_event_free", "account_id", "id", postgresql_where=FREE, sqlite_where=FREE),
    )

    id: Mapped[RowId]
    source: Mapped[str] = mapped_column(sa.String(200))
    event_id: Mapped[str] = mapped_column(sa.String(200))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    service: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[At]
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    transaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_transaction.id"))
    details: Mapped[str | None] = mapped_column(sa.String(300))


class UsageCharge(Base):
    """The part of an event that one bucket paid for; the parts add up to the event."""

    __tablename__ = "usage_charge"

    id: Mapped[RowId]
    usage_event_id: Mapped[int] = mapped_column(sa.ForeignKey("usage_event.id"), index=True)
    bucket: Mapped[str] = mapped_column(sa.String(16))
    ref: Mapped[str] = mapped_column(sa.String(64))
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    units: Mapped[Units]


class PlanUsage(Base):
    """How much of a service a plan's period paid for, kept beside the charges and written with them.

    `quantity` is in thousandths of the unit; `last_at` is the newest event paid for.
    """

    __tablename__ = "plan_usage"

    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"), primary_key=True)
    service: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    last_at: Mapped[At]


class UsageDay(Base):
    """What a bucket paid for a service on one of the account's own days: the sums of those charges, written with them.

    `quantity` is in thousandths of the unit. `last_at` is the newest use that cost money, and `transaction_id` the
    ledger transaction that stands there; neither where all of it was free. An account keeps its time zone for good.
    """

    __tablename__ = "usage_day"

    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    service: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    bucket: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    quantity: Mapped[int] = mapped_column(sa.BigInteger)
    units: Mapped[Units]
    last_at: Mapped[datetime | None] = mapped_column(Instant)
    transaction_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_transaction.id"))


class MeteredConversation(Base):
    """A conversation whose begin and end come as events of their own, in either order."""

    __tablename__ = "metered_conversation"

    source: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    conversation: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    human_seconds: Mapped[int] = mapped_column(sa.BigInteger)
