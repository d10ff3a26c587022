"""Every state that a row had which can change. Triggers of the database write them; nothing here does."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import Base, Json, RowId


class RowVersion(Base):
    """A row of the table `kind` as it was written: without names, keys and free text. Its id is a position."""

    __tablename__ = "row_version"
    __table_args__ = (sa.Index("ix_row_version_account_id", "account_id", "id"),)

    id: Mapped[RowId]
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    row_id: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[Json]
