"""The table of signed receipts. Append-only: triggers in the migration refuse anything else."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base


class SignedReceipt(Base):
    """A receipt as it was signed when it happened: `content` is the file, the same bytes for good.

    Its id is that of what it is about: a top-up's, or that of something done to a plan.
    """

    __tablename__ = "signed_receipt"
    __table_args__ = (sa.Index("ix_signed_receipt_account_id_at", "account_id", "at", "id"),)

    id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    what: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[At]
    key_id: Mapped[str] = mapped_column(sa.String(43))
    content: Mapped[str] = mapped_column(sa.Text)
