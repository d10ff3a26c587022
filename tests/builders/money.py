"""Amounts, as short as they are said."""

from __future__ import annotations

from decimal import Decimal

from billing.money import Money


def usd(amount: Decimal | int | str) -> Money:
    return Money.of(amount, "USD")


def yen(amount: Decimal | int | str) -> Money:
    return Money.of(amount, "JPY")


def won(amount: Decimal | int | str) -> Money:
    return Money.of(amount, "KRW")
