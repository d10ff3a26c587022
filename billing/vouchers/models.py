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
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"V-{self.id:06d}"

    @property
    def ref(self) -> str:
        """What tells its bucket in the ledger."""
        return str(self.id)


class VoucherCode(Base):
    """A code that can be redeemed. Only its hash is kept: whoever reads the database learns no code.

    Redeemable before `expires_at`. The credit that it gives expires `valid_days` after it was redeemed, or with the
    code where that is not set. `minimum_top_up`: see `codes.redeem`.
    """

    __tablename__ = "voucher_code"

    id: Mapped[RowId]
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    services: Mapped[list[Any]] = mapped_column(sa.JSON)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    uses: Mapped[int]
    uses_left: Mapped[int]
    valid_days: Mapped[int | None]
    minimum_top_up: Mapped[Units] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[At]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What operators call it, who do not know the code."""
        return f"VC-{self.id:06d}"


class Redemption(Base):
    """A code redeemed by an account: once per account and code, once per account and key. Rows are append-only.

    `top_up_id` is the ledger's transaction of the top-up that it needed; a top-up serves one voucher only.
    """

    __tablename__ = "voucher_redemption"
    __table_args__ = (sa.UniqueConstraint("code_id", "account_id"), sa.UniqueConstraint("account_id", "key"))

    id: Mapped[RowId]
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher_code.id"))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(sa.String(200))
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher.id"), unique=True)
    top_up_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_transaction.id"), unique=True)
    at: Mapped[At]


class FailedTry(Base):
    """A code that was tried and is none: what the guard against guessing counts."""

    __tablename__ = "voucher_failed_try"
    __table_args__ = (sa.Index("ix_voucher_failed_try_account_id_at", "account_id", "at"),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[At]
