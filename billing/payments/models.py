"""The tables of payments through a provider. What was asked for never changes: triggers in the migration refuse it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, CurrencyCode, Instant, RowId, Units


class PaymentRow(Base):
    """A payment: one for each top-up by a provider, one for each try to collect an invoice.

    `token` names it at the provider: random, so that two installations on one provider's account never meet. `key` is
    what it is asked for, once; `subject` is the number that people know of what is paid. `tries` counts the intents
    asked for: each has an idempotency key of its own, which a repeat sends again. `check_at`: when the provider is
    asked next, None when nothing can change any more.
    """

    __tablename__ = "payment"
    __table_args__ = (sa.Index("ix_payment_subject", "purpose", "subject_id"),)

    id: Mapped[RowId]
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(16))
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    subject: Mapped[str] = mapped_column(sa.String(48))
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    method: Mapped[str] = mapped_column(sa.String(16))
    provider: Mapped[str] = mapped_column(sa.String(32))
    reference: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_card.id"))
    state: Mapped[str] = mapped_column(sa.String(16))
    failure: Mapped[str | None] = mapped_column(sa.String(32))
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    checks: Mapped[int] = mapped_column(default=0)
    check_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"PAY-{self.id:06d}"


class ProviderCustomer(Base):
    """An account at a provider. `cards_stale_at`: since then its saved cards there may be others."""

    __tablename__ = "provider_customer"

    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(255), unique=True)
    cards_stale_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[At]


class SavedCardRow(Base):
    """A card that the provider keeps. `removed_at`: not used from then on; `detached_at`: the provider forgot it."""

    __tablename__ = "saved_card"

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    provider: Mapped[str] = mapped_column(sa.String(32))
    reference: Mapped[str] = mapped_column(sa.String(255), unique=True)
    brand: Mapped[str] = mapped_column(sa.String(32))
    last4: Mapped[str] = mapped_column(sa.String(4))
    expires: Mapped[str] = mapped_column(sa.String(7))
    is_default: Mapped[bool]
    saved_at: Mapped[At]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    detached_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What the door calls it."""
        return f"CARD-{self.id:06d}"


class ProviderEvent(Base):
    """An event that a provider told, once however often it came, and what became of it."""

    __tablename__ = "provider_event"
    __table_args__ = (sa.UniqueConstraint("provider", "event_id"),)

    id: Mapped[RowId]
    provider: Mapped[str] = mapped_column(sa.String(32))
    event_id: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(100))
    outcome: Mapped[str] = mapped_column(sa.String(16))
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    note: Mapped[str | None] = mapped_column(sa.String(500))
    received_at: Mapped[At]


class RefundRow(Base):
    """Money of a payment that goes back. It is taken from the account when it is asked for, and once."""

    __tablename__ = "refund"

    id: Mapped[RowId]
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    reason: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[str] = mapped_column(sa.String(16))
    reference: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    checks: Mapped[int] = mapped_column(default=0)
    check_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    created_at: Mapped[At]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"RF-{self.id:06d}"


class DisputeRow(Base):
    """The cardholder's bank asks a payment back; `held`: its amount is off the account."""

    __tablename__ = "dispute"

    id: Mapped[RowId]
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(255), unique=True)
    currency: Mapped[CurrencyCode]
    amount: Mapped[Units]
    reason: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(16))
    held: Mapped[bool]
    opened_at: Mapped[At]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What people call it."""
        return f"DP-{self.id:06d}"
