"""Numbers without gaps: `INV-2026-000001` for invoices, `CN-2026-000001` for credit notes, each year anew.

A number is claimed in the transaction that writes the document, so a rollback gives it back, and the next claim of
the series waits until it is known whether this one is kept. Claim after the account is locked, and write documents
of one account only in a transaction: two that wait for each other's account and series would never end.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from billing.db import Base


class NumberSeries(Base):
    """A series, with the last number that was given out of it."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    last: Mapped[int]


_CLAIM = sa.text(
    "INSERT INTO number_series (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)


def claim(connection: sa.Connection, series: str) -> int:
    """The next number of the series, from 1; kept or given back with the transaction."""
    return int(connection.execute(_CLAIM, {"series": series}).scalar_one())


def written(series: str, number: int) -> str:
    """As it stands on the document."""
    return f"{series}-{number:06d}"
