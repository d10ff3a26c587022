"""The tables of subscriptions: one row a period of a plan on an account; its pauses; what was done to plans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.db import At, Base, CurrencyCode, Instant, Json, RowId, Units


class Subscription(Base):
    """A billing plan for one period, on the terms that were confirmed. Its credit is the ledger's `plan` bucket.

    `services` empty: all. `terms` keeps quotas, plan rates and conditions as the catalogue had them then.
    Not confirmed: an offer, good until `valid_until` (None: for good). `accepted_at`: the customer confirmed it, and it
    begins once it is paid; only then it is `confirmed_at`. `declined_at`: the customer did not want it, for
    `decline_reason` (a code or words); it is withdrawn then. `request_id`: the request that it answers.

    The period begins `months` months after `anchor_at`, so that the 31st comes back after a
    short month. `ends_at` is its end by what is known: an open pause counts as if it lasted as long as it may.
    `ended_at`: another period took its place before. `follows_id` is unique: a period is renewed at most once.
    """

    __tablename__ = "subscription"

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    plan: Mapped[str] = mapped_column(sa.String(64))
    catalogue_version: Mapped[int] = mapped_column(sa.ForeignKey("catalogue.version"))
    interval: Mapped[str] = mapped_column(sa.String(8))
    services: Mapped[list[Any]] = mapped_column(sa.JSON)
    terms: Mapped[Json]
    currency: Mapped[CurrencyCode]
    price: Mapped[Units]
    amount: Mapped[Units]
    payment_option: Mapped[str] = mapped_column(sa.String(16))
    payment_method: Mapped[str | None] = mapped_column(sa.String(16))
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    anchor_at: Mapped[datetime | None] = mapped_column(Instant)
    months: Mapped[int] = mapped_column(default=0)
    prepared_at: Mapped[At]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    exhausted_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    declined_at: Mapped[datetime | None] = mapped_column(Instant)
    decline_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("request.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscription.id"), unique=True, index=True)

    pauses: Mapped[list[PlanPause]] = relationship(order_by="PlanPause.paused_at", lazy="selectin")

    @property
    def ref(self) -> str:
        """What tells its bucket in the ledger."""
        return str(self.id)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"P-{self.id:06d}"

    @property
    def request_number(self) -> str | None:
        """The number of the request that an offer answers."""
        return None if self.request_id is None else f"R-{self.request_id:06d}"


class PlanPause(Base):
    """A pause: from `paused_at` until `resumed_at`, or by itself until `resumes_at`."""

    __tablename__ = "plan_pause"

    id: Mapped[RowId]
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"), index=True)
    paused_at: Mapped[At]
    resumes_at: Mapped[At]
    resumed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def until(self) -> datetime:
        """The instant at which the plan is in force again."""
        return self.resumed_at or self.resumes_at


class PlanAction(Base):
    """Something done to an account's plan, once per key: what was asked, and the receipt that every repeat gets."""

    __tablename__ = "plan_action"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    action: Mapped[str] = mapped_column(sa.String(16))
    given: Mapped[Json]
    receipt: Mapped[Json]
    at: Mapped[At]

    @property
    def number(self) -> str:
        """What its signed receipt is found by."""
        return f"A-{self.id:06d}"
