"""The table of API keys. Only a key's hash is kept: whoever reads the database learns no key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, Instant


class ApiKeyRow(Base):
    """A key of a program: what it may do, and until when it could."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    key_hash: Mapped[str] = mapped_column(sa.String(64))
    scopes: Mapped[list[Any]] = mapped_column(sa.JSON)
    created_at: Mapped[At]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
