"""The tables of vouchers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class Voucher(Base):
    """Voucher credit on an account; what is left is the ledger's `voucher` bucket. `services` empty: all."""

    __tablename__ = "voucher"

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    services: Mapped[list[Any]] = mapped_column(sa.JSON)
    credited_at: Mapped[At]
    expires_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def ref(self) -> str:
        """What tells its bucket in the ledger."""
        return str(self.id)


class VoucherCode(Base):
    """A code that can be redeemed. Only its hash is kept: whoever reads the database learns no code."""

    __tablename__ = "voucher_code"

    id: Mapped[RowId]
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    services: Mapped[list[Any]] = mapped_column(sa.JSON)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    uses_left: Mapped[int]
