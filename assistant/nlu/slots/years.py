"""The year that stands beside a month, a quarter or a half: 2025, 25年, 令和8年, last year, 작년."""

from __future__ import annotations

from datetime import date
from re import Match

FIGURES = "20[0-9]{2}"
BEFORE = rf"(?:(?P<year>{FIGURES})\s?|(?P<past1>last year'?s)\s+|(?P<now1>this year'?s)\s+)?"
AFTER = (
    rf"(?:,?\s*(?:of\s+|/|-|')?\s*(?P<year2>{FIGURES}|(?<=')2[0-9])\b"
    r"|\s+(?:of\s+)?(?:(?P<past>last year)|(?P<now>this year))\b)"
)
EAST = (
    rf"(?:(?:(?P<year>{FIGURES}|(?<![0-9])2[0-9])|令和\s?(?P<era>[0-9]{{1,2}}|元))\s?[年년]度?\s?の?"
    r"|(?P<past>去年|昨年|작년|지난\s?해)\s?の?|(?P<now>今年|올\s?해|금년)\s?の?)?\s?"
)
_BEFORE_REIWA = 2018


def named(match: Match[str], today: date) -> int | None:
    """The year that the groups of `BEFORE`, `AFTER` or `EAST` hold, or None."""
    groups = match.groupdict()
    if figures := groups.get("year") or groups.get("year2"):
        return int(figures) + (0 if len(figures) > 2 else 2000)
    if era := groups.get("era"):
        return _BEFORE_REIWA + (1 if era == "元" else int(era))
    if groups.get("past") or groups.get("past1"):
        return today.year - 1
    return today.year if groups.get("now") or groups.get("now1") else None
