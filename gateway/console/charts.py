"""Charts as figures that templates draw in SVG: a picture for the eye; the same figures stand in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.money import Money
from gateway.console.words import Words

WIDTH, HEIGHT = 600, 120
"""Of the drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Column:
    """A bar from the ground up; `title` says it in words."""

    x: float
    y: float
    width: float
    height: float
    title: str


def columns(days: Sequence[tuple[date, Money]], words: Words) -> list[Column]:
    """One column a day, as high as its amount; the highest fills the drawing."""
    most = max((money.units for _, money in days), default=0) or 1
    step = WIDTH / max(len(days), 1)
    return [
        Column(
            round(number * step, 2),
            round(HEIGHT - (height := HEIGHT * money.units / most), 2),
            round(step * 0.8, 2),
            round(height, 2),
            f"{words.day(day)}: {words.money(money)}",
        )
        for number, (day, money) in enumerate(days)
    ]
