"""The versions of the catalogue that were loaded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import At, Base, Json


class CatalogueRow(Base):
    """A version; never changed, so that the past is never priced again."""

    __tablename__ = "catalogue"

    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    checksum: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[Json]
    loaded_at: Mapped[At]
