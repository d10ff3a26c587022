"""Amounts as entities carry them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def decimal_of(value: object) -> Decimal | None:
    """The number that the entity is; None where there is none."""
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None
