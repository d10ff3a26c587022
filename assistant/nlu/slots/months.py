"""Months and years that a message spells out: September, 9月, 9~10월, 2025-09, in 2025."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import get_month_names

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots import years
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
# 이월 is not among them: that is also what is carried over
_EAST = {numeral: at for at, numeral in enumerate([*"일이삼사오유칠팔구시", "십일", "십이"], 1)} | {"육": 6, "십": 10}
_EAST_MONTH = r"(?:1[0-2]|0?[1-9])"
_NO_MONTH = r"(?!曜|요|額|間|별)"  # 月曜, 월요일 and what is said of every month


def _is_word(match: re.Match[str]) -> bool:
    """Whether "may" or "march" is not the month here."""
    head = match.string[: match.start()]
    capital = match["name"][0].isupper() and bool(head.strip())
    return not (capital or _BEFORE_WORDLIKE.search(head[-12:]) or _AFTER_WORDLIKE.match(match.string, match.end()))


def _month(match: re.Match[str], today: date) -> Resolved:
    name, year = match["name"].lower().rstrip("."), years.named(match, today)
    number = NUMBERS.get(name) or _EAST.get(name) or int(name)
    if not 1 <= number <= 12 or (name in _WORDLIKE and not year and _is_word(match)):
        return None
    days = spans.month_of(year, number) if year else spans.latest_month(today, number)
    beyond = match.groupdict().get("beyond")
    return None if beyond and int(beyond) <= days[1].day else (days, MONTH, not year)


def _months(match: re.Match[str], today: date) -> Resolved:
    """Months that share one unit: 9~10월."""
    year, first, last = years.named(match, today), int(match["a"]), int(match["b"])
    began = spans.month_of(year, first) if year else spans.latest_month(today, first)
    return (began[0], spans.month_of(began[0].year + (last < first), last)[1]), MONTH, not year


def _years(match: re.Match[str], today: date) -> Resolved:
    return (spans.year_of(int(match["a"]))[0], spans.year_of(int(match["b"]))[1]), YEAR, False


def _year(match: re.Match[str], today: date) -> Resolved:
    return spans.year_of(int(next(filter(None, match.groups())))), YEAR, False


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"\b{years.BEFORE}\b(?P<name>{NAME})(?![a-z])"
            rf"(?:{years.AFTER}|\s+(?P<beyond>29|3[01])(?![0-9]))?",  # "September 31" is its end
            FLAGS,
        ),
        _month,
    ),
    (
        re.compile(
            rf"{years.EAST}(?<![0-9])(?P<name>[0-9]{{1,2}}"
            rf"|(?<![가-힣])(?:십[일이]?|[일삼사오유육칠팔구시]))\s?[月월]{_NO_MONTH}"
        ),
        _month,
    ),
    (
        re.compile(
            rf"{years.EAST}(?<![0-9/.])(?P<a>{_EAST_MONTH})\s?(?:[-~]|から|부터)\s?(?P<b>{_EAST_MONTH})\s?[月월]{_NO_MONTH}(?!\s?[0-9])"
        ),
        _months,
    ),
    (re.compile(rf"(?<![0-9/.-])(?P<name>{_EAST_MONTH})\s?[-/]\s?(?P<year>{years.FIGURES})(?![-/0-9])"), _month),
    (re.compile(rf"(?<![0-9])(?P<year>{years.FIGURES})\s?[-/]\s?(?P<name>{_EAST_MONTH})(?!\s?[-/0-9])"), _month),
    (
        re.compile(
            rf"(?<![0-9/.-])(?P<a>{years.FIGURES})\s?(?:-|~|to|until|through|and)\s?(?P<b>{years.FIGURES})(?![-/.,0-9])",
            FLAGS,
        ),
        _years,
    ),
    (
        re.compile(
            rf"\b(?:in|for|during|year|of|since|from)\s+({years.FIGURES})\b(?![-/.,][0-9])"
            rf"|(?<![0-9/.-])({years.FIGURES})(?=(?:'s)?\s+(?:invoices?|bills?|statements?|usage|spend\w*|totals?)\b)"
            rf"|(?<![0-9])({years.FIGURES})\s?[年년](?!\s?[0-9])|^(20[1-3][0-9])$",
            FLAGS,
        ),
        _year,
    ),
)
