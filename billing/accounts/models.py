"""The table of accounts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode


class AccountRow(Base):
    """A customer's account. Its row is what transactions on it are serialised by."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    currency: Mapped[CurrencyCode]
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(2))
    support_tier: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[At]
