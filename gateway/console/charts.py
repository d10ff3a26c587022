"""Charts as figures that templates draw in SVG: a picture for the eye; the same figures stand in a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.money import Money
from gateway.console.words import Words
from gateway.deflection.schemas import Outcomes, Share

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


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from the left, with its 95 % interval as a whisker; all in percent of the drawing's width."""

    outcome: str
    width: float
    low: float
    high: float
    title: str


def shares(outcomes: Outcomes, words: Words) -> list[Bar]:
    """A bar an outcome, each by itself: they are never added up. None where there is nothing to count."""
    found = []
    for name in ("confirmed", "assumed", "escalated", "abandoned"):
        told: Share = getattr(outcomes, name)
        if told.share is None or told.low is None or told.high is None:
            continue
        text = words(
            "deflection.bar",
            outcome=words(f"deflection.{name}"),
            share=words.percent(told.share),
            low=words.percent(told.low),
            high=words.percent(told.high),
            count=told.count,
            of=told.of,
        )
        width, low, high = (round(100 * each, 1) for each in (told.share, told.low, told.high))
        found.append(Bar(name, width, low, high, text))
    return found
