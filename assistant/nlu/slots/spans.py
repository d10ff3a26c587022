"""A stretch of text that names days: what the period rules hand to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from re import Match, Pattern
from typing import NamedTuple

from assistant.nlu.slots.calendar_spans import Days

DAY, WEEK, MONTH, YEAR, ROLLING, RANGE = range(6)  # the more a phrase says about a period, the further it goes

_MOST = 20  # matches of a rule that are looked at: pasted matter must not hold up everybody


class Span(NamedTuple):
    """The days, where the message names them, how much the phrase says, and whether the year was only inferred."""

    start: int
    end: int
    first: date
    last: date
    rank: int
    yearless: bool = False


Resolved = tuple[Days, int, bool] | None  # the days, how much the phrase says, whether the year was inferred
Resolve = Callable[[Match[str], date], Resolved]
Rule = tuple[Pattern[str], Resolve]


def found(text: str, today: date, rules: tuple[Rule, ...]) -> Iterator[Span]:
    """What the rules find; a phrase whose date does not exist (31 September), or runs backwards, is passed over."""
    for pattern, resolve in rules:
        for match in islice(pattern.finditer(text), _MOST):
            try:
                resolved = resolve(match, today)
            except (ValueError, OverflowError):
                continue
            if not resolved:
                continue
            (first, last), rank, yearless = resolved
            if first <= last:
                yield Span(*match.span(), first, last, rank, yearless)
