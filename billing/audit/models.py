"""The table of the audit trail. Rows are append-only: triggers in the migration refuse anything else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, RowId


class AuditRow(Base):
    """One change by an operator or a customer, written in the transaction that makes it."""

    __tablename__ = "audit"

    id: Mapped[RowId]
    at: Mapped[At]
    actor: Mapped[str] = mapped_column(sa.String(200))
    action: Mapped[str] = mapped_column(sa.String(64))
    subject: Mapped[str] = mapped_column(sa.String(200), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
