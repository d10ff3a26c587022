"""The tables of operators."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Instant
from gateway.conversations.models import Base


class OperatorRow(Base):
    """A person who works in the console. Never deleted, only disabled: the audit trail names them."""

    __tablename__ = "operator"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(sa.String(2))
    created_at: Mapped[At]
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class OperatorSession(Base):
    """A signed-in browser, by the hash of its secret id. `confirmed_at`: when the password was last given in it."""

    __tablename__ = "operator_session"

    id_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    operator: Mapped[str] = mapped_column(sa.ForeignKey("operator.name"), index=True)
    created_at: Mapped[At]
    seen_at: Mapped[At]
    confirmed_at: Mapped[At]


class SignInTries(Base):
    """Failed tries of one name or one address (`subject` is its hash), and until when it has to wait."""

    __tablename__ = "sign_in_tries"

    subject: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failed: Mapped[int]
    last_at: Mapped[At]
    wait_until: Mapped[At]
