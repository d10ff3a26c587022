"""The table of subscriptions: one row a period of a plan on an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, Json, RowId, Units


class Subscription(Base):
    """A billing plan for one period, on the terms that were confirmed. Its credit is the ledger's `plan` bucket.

    `services` empty: all. `terms` keeps quotas and plan rates as the catalogue had them then.
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
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    prepared_at: Mapped[At]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    exhausted_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def ref(self) -> str:
        """What tells its bucket in the ledger."""
        return str(self.id)
