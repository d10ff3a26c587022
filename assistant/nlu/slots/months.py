"""Months, quarters and years that a message spells out: September, 9月, 2025-09, Q3, 3분기, in 2025."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import get_month_names

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots.spans import MONTH, YEAR, Resolved, Rule

NUMBERS = {
    name.lower(): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale="en").items()
} | {"sept": 9}
_WORDLIKE = ("may", "mar", "march")
_VERBS = r"(?!\s+(?:i|we|you|he|she|it|they|be|have|not|there|this|that|need|want|also|well|on|out|in)\b)"
_PLAIN = "|".join(sorted((name for name in NUMBERS if name not in _WORDLIKE), key=len, reverse=True))
NAME = rf"(?:{_PLAIN}|(?:may|march|mar){_VERBS})\.?"
YEAR_FIGURES = "20[0-9]{2}"
FLAGS = re.IGNORECASE | re.ASCII  # ASCII word boundaries, since Japanese and Korean follow without a space
# what makes lower-case "may" and "march" months
_BEFORE_WORDLIKE = re.compile(
    r"(?:\b(?:in|for|of|since|during|from|to|until|till|through|last|by|between|and|early|late|mid)|[-~/])\s*-?$", FLAGS
)
_AFTER_WORDLIKE = re.compile(
    r"\s*(?:20[0-9]{2}|[-~]|'s|to|until|through|usage|invoices?|bills?|billing|spend\w*|costs?|charges?|statements?"
    r"|reports?|sessions?|figures|data|credits?|の|から|分|$)",
    FLAGS,
)
_EAST = {numeral: at for at, numeral in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def _is_word(match: re.Match[str]) -> bool:
    """Whether "may" or "march" is not the month here."""
    head = match.string[: match.start()]
    capital = match["name"][0].isupper() and bool(head.strip())
    return not (capital or _BEFORE_WORDLIKE.search(head[-12:]) or _AFTER_WORDLIKE.match(match.string, match.end()))


def _month(match: re.Match[str], today: date) -> Resolved:
    name, groups = match["name"].lower().rstrip("."), match.groupdict()
    number = NUMBERS.get(name) or _EAST.get(name) or int(name)
    year = groups["year"] or groups.get("year2")
    if not 1 <= number <= 12 or (name in _WORDLIKE and not year and _is_word(match)):
        return None
    if not year and (groups.get("past") or groups.get("now")):
        year = today.year - bool(groups["past"])
    if year:
        return spans.month_of(int(year), number), MONTH, False
    return spans.latest_month(today, number), MONTH, True


def _quarter(match: re.Match[str], today: date) -> Resolved:
    name, groups = match["number"].lower(), match.groupdict()
    number = _ORDINALS.get(name) or _EAST.get(name) or int(name[0])
    year = groups.get("year") or groups.get("year2")
    days = spans.quarter_of(int(year), number) if year else spans.latest_quarter(today, number)
    return days, MONTH, not year


def _year(match: re.Match[str], today: date) -> Resolved:
    return spans.year_of(int(next(filter(None, match.groups())))), YEAR, False


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"(?:\b(?P<year>{YEAR_FIGURES})\s+)?\b(?P<name>{NAME})(?![a-z])(?:,?\s+(?:of\s+)?(?P<year2>{YEAR_FIGURES})\b"
            r"|(?P<past>\s+last year)|(?P<now>\s+this year)|\s+(?:29|3[01])(?![0-9]))?",  # "September 31" is its end
            FLAGS,
        ),
        _month,
    ),
    (
        re.compile(
            rf"(?:(?P<year>{YEAR_FIGURES})\s?[年년]\s?の?|(?P<past>去年|昨年|작년|지난해)\s?の?"
            r"|(?P<now>今年|올해)\s?の?)?"
            r"(?<![0-9])(?P<name>[0-9]{1,2}|(?<![一二三四五六七八九十])(?:十[一二]|[一二三四五六七八九十]))"
            r"\s?[月월](?!曜|요|額|間)"
        ),
        _month,
    ),
    (re.compile(rf"(?<![0-9])(?P<year>{YEAR_FIGURES})[-/](?P<name>0?[1-9]|1[0-2])(?![-/0-9])"), _month),
    (
        re.compile(
            rf"\b(?:(?P<year>{YEAR_FIGURES})\s?)?Q(?P<number>[1-4])(?:\s*(?:of|/|-)?\s*(?P<year2>{YEAR_FIGURES}))?\b",
            FLAGS,
        ),
        _quarter,
    ),
    (
        re.compile(
            r"\b(?P<number>first|second|third|fourth|1st|2nd|3rd|4th) quarter"
            rf"(?:\s+(?:of\s+)?(?P<year>{YEAR_FIGURES}))?\b",
            FLAGS,
        ),
        _quarter,
    ),
    (
        re.compile(
            rf"(?:(?P<year>{YEAR_FIGURES})\s?[年년]度?\s?の?)?第?\s?(?P<number>[1-4一二三四])\s?(?:/4)?\s?(?:四半期|분기)"
        ),
        _quarter,
    ),
    (
        re.compile(
            rf"\b(?:in|for|during|year|of|since|from)\s+({YEAR_FIGURES})\b(?![-/.,][0-9])"
            rf"|(?<![0-9])({YEAR_FIGURES})\s?[年년](?!\s?[0-9])|^(20[1-3][0-9])$",
            FLAGS,
        ),
        _year,
    ),
)
