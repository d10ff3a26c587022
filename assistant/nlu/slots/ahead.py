"""Days to come: from December, next month, in two weeks, 来月から, 다음 달부터; and how far ahead a message looks.

`periods` reads days gone by: of "December" it means the last one. What is supposed begins on the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from assistant.nlu.slots import years
from assistant.nlu.slots.months import FLAGS, NAME, NUMBERS
from assistant.nlu.slots.numbers import COUNT, count
from assistant.nlu.slots.width import mask

LONGEST = 3650
"""Days ahead that are read at all."""


class Begin(NamedTuple):
    """Where a message names the day from which on something is so; None: now."""

    start: int
    end: int
    day: date | None


_EAST_UNIT = r"(?P<unit>日|週間?|[ヶかカケヵ箇]月|年|일|주일?|개월|달|년)"
_UNITS = {
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "日": "days",
    "週": "weeks",
    "年": "years",
}
_UNITS |= {"일": "days", "주": "weeks", "달": "months", "년": "years"}
_TIME = rf"(?P<n>{COUNT})[\s-]*(?P<unit>day|week|month|year)s?"
_WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR = rf"(?:,?\s+(?P<year>{years.FIGURES}))?"
_EAST_YEAR = rf"(?:(?:(?P<year>{years.FIGURES})\s?[年년]|(?P<next_year>来年|翌年|내년|다음\s?해))の?\s?)?"
_SINCE = (
    r"(?:(?:from|in|since|starting(?:\s+(?:in|from|on))?|beginning(?:\s+(?:in"
    r"|on))?|as\s+of|on|at\s+the\s+(?:start|beginning)\s+of|come)\s+)"
)


def _step(name: str, number: int) -> relativedelta:
    unit = name.lower()
    months = unit.endswith(("月", "개월"))
    return relativedelta(**{"months" if months else _UNITS.get(unit) or _UNITS[unit[0]]: number})


def _next(today: date, month: int, day: int) -> date:
    """The next such day, today included."""
    year = today.year + ((month, day) < (today.month, today.day))
    return date(year + (month == 2 and day == 29 and -year % 4), month, day)


def _month(today: date, match: re.Match[str], number: int) -> date | None:
    """The first of the next such month; now, where it has begun."""
    groups = match.groupdict()
    if groups.get("next_year"):
        return date(today.year + 1, number, 1)
    year = groups.get("year")
    if year:
        named = date(int(year), number, 1)
        return None if (named.year, named.month) == (today.year, today.month) else named
    return None if number == today.month else _next(today, number, 1)


def _named_month(match: re.Match[str], today: date) -> date | None:
    return _month(today, match, NUMBERS[match["name"].lower().rstrip(".")])


def _east_month(match: re.Match[str], today: date) -> date | None:
    return _month(today, match, int(match["month"]))


def _date(match: re.Match[str], today: date) -> date:
    groups = match.groupdict()
    name = groups.get("name")
    month = NUMBERS[name.lower().rstrip(".")] if name else int(match["month"])
    day = int(match["day"])
    if groups.get("next_year"):
        return date(today.year + 1, month, day)
    return date(int(match["year"]), month, day) if groups.get("year") else _next(today, month, day)


def _of_next_month(match: re.Match[str], today: date) -> date:
    return today.replace(day=1) + relativedelta(months=1) + timedelta(days=int(match["day"]) - 1)


def _in(match: re.Match[str], today: date) -> date:
    return today + _step(match["unit"], count(match["n"]))


def _weekday(match: re.Match[str], today: date) -> date:
    ahead = (_WEEKDAYS.index(match["weekday"][:3].lower()) - today.weekday()) % 7
    return today + timedelta(days=ahead)


def _fixed(of: Callable[[date], date | None]) -> Callable[[re.Match[str], date], date | None]:
    return lambda match, today: of(today)


def _quarter(today: date) -> date:
    return today.replace(day=1) + relativedelta(months=3 - (today.month - 1) % 3)


_BEGINS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (
        re.compile(
            rf"(?<![0-9])(?P<year>{years.FIGURES})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}})(?![0-9])"
        ),
        _date,
    ),
    (re.compile(rf"{_EAST_YEAR}(?<![0-9])(?P<month>[0-9]{{1,2}})\s?[月월]\s?(?P<day>[0-9]{{1,2}})\s?[日일]"), _date),
    (re.compile(r"(?:来月|翌月|다음\s?달|내달)の?\s?(?P<day>[0-9]{1,2})\s?[日일]"), _of_next_month),
    (
        re.compile(
            rf"{_SINCE}?(?:the\s+)?\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{NAME})(?![a-z]){_YEAR}",
            FLAGS,
        ),
        _date,
    ),
    (
        re.compile(
            rf"{_SINCE}?(?:the\s+)?\b(?P<name>{NAME})\s+(?:the\s+)?(?P<day>[0-9]{{1,2}})(?:st"
            rf"|nd|rd|th)?(?![0-9a-z%]|\s?(?:%|percent)){_YEAR}",
            FLAGS,
        ),
        _date,
    ),
    (re.compile(r"(?<![0-9/.$])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9/%])"), _date),
    (
        re.compile(
            rf"\b(?:in|from|after)\s+{_TIME}(?:'?\s+(?:time|from\s+now))?\b|\b(?:(?:in"
            r"|after)\s+)?(?P<one>an?)\s+(?P<of_one>day|week|month|year)\s+from\s+now\b",
            FLAGS,
        ),
        lambda m, today: today + _step(m["of_one"], 1) if m["one"] else _in(m, today),
    ),
    (
        re.compile(r"\b(?:in|after)\s+an?\s+(?P<unit>day|week|month|year)\b", FLAGS),
        lambda m, today: today + _step(m["unit"], 1),
    ),
    (re.compile(rf"(?P<n>{COUNT})\s?{_EAST_UNIT}\s?(?:後|あと(?!は)|後から|뒤|후)"), _in),
    (
        re.compile(rf"{_SINCE}?\bthe\s+month\s+after\s+next\b|再来月|さ来月|다다음\s?달", FLAGS),
        _fixed(lambda d: d.replace(day=1) + relativedelta(months=2)),
    ),
    (
        re.compile(rf"{_SINCE}?\bnext\s+month\b|来月|翌月|らいげつ|다음\s?달|담\s?달|내달", FLAGS),
        _fixed(lambda d: d.replace(day=1) + relativedelta(months=1)),
    ),
    (
        re.compile(rf"{_SINCE}?\bnext\s+week\b|来週|らいしゅう|다음\s?주(?!문)|담\s?주", FLAGS),
        _fixed(lambda d: d + timedelta(days=7 - d.weekday())),
    ),
    (re.compile(rf"{_SINCE}?\bnext\s+quarter\b|[来翌]四半期|다음\s?분기", FLAGS), _fixed(_quarter)),
    (re.compile(rf"{_EAST_YEAR}(?<![0-9.])(?P<month>1[0-2]|0?[1-9])\s?[月월](?![曜요額間별])"), _east_month),
    (re.compile(rf"{_SINCE}?\b(?P<name>{NAME})(?![a-z]){_YEAR}", FLAGS), _named_month),
    (
        re.compile(
            r"\b(?:by|at)\s+(?:the\s+)?(?:end\s+of\s+(?:the\s+|this\s+)?year|year'?s?\s+end)\b"
            r"|年末(?:までに|に|で)",
            FLAGS,
        ),
        _fixed(lambda d: date(d.year, 12, 31)),
    ),
    (
        re.compile(rf"{_SINCE}?\bnext\s+year\b|来年|翌年|らいねん|내년|다음\s?해", FLAGS),
        _fixed(lambda d: date(d.year + 1, 1, 1)),
    ),
    (re.compile(rf"{_SINCE}?\btomorrow\b|明日|あした|내일", FLAGS), _fixed(lambda d: d + timedelta(days=1))),
    (re.compile(rf"{_SINCE}(?:next\s+)?{_WEEKDAY}\b", FLAGS), _weekday),
    (
        re.compile(
            rf"{_SINCE}?\b(?:today|right\s+now|now|immediately|this\s+month)\b(?!\s*\?)"
            r"|今日|本日|今すぐ|いますぐ|今から|いまから|今月|오늘|지금(?:부터|\s?당장|\s?바로)?|당장|이번\s?달",
            FLAGS,
        ),
        _fixed(lambda d: None),
    ),
)

_UNTIL_EN = (
    rf"\b(?:until|till|through|up\s+to)\s+(?:the\s+)?(?:end\s+of\s+)?(?:(?P<name>{NAME})(?![a-z])"
    r"|(?:the|this)?\s*(?P<year>year))"
)
_UNTIL_EAST = (
    r"(?:(?P<month>1[0-2]|0?[1-9])\s?[月월](?:末|\s?말)?|(?P<year>年末|今年(?:中|いっぱい)"
    r"|연말|올해\s?말|올해))\s?(?:まで(?!に)|까지)"
)
_UNTIL = (re.compile(_UNTIL_EN, FLAGS), re.compile(_UNTIL_EAST))
_OVER = (
    re.compile(rf"\b(?:over|for|during|within|across)\s+(?:the\s+)?(?:next|coming|following)?\s*{_TIME}\b", FLAGS),
    re.compile(rf"\b(?:the\s+)?(?:next|coming|following)\s+{_TIME}\b", FLAGS),
    re.compile(rf"\b{_TIME}\s+ahead\b", FLAGS),
    re.compile(
        r"\b(?:over|for|during|within)\s+(?:a|the\s+(?:next|coming|whole|full))\s+(?P<unit>week|month|year)\b", FLAGS
    ),
    re.compile(rf"(?:今後|向こう|この先|これから)の?\s?(?P<n>{COUNT})\s?{_EAST_UNIT}間?"),
    re.compile(rf"(?<![0-9])(?P<n>[0-9]{{1,3}})\s?{_EAST_UNIT}(?:間(?![前後])|分(?!割)|でいくら|で試算)"),
    re.compile(rf"(?:앞으로|향후)\s?(?P<n>{COUNT})\s?{_EAST_UNIT}(?:간|\s?동안)?"),
    re.compile(rf"(?<![0-9])(?P<n>[0-9]{{1,3}})\s?{_EAST_UNIT}(?:간|\s?동안|\s?치)"),
    re.compile(r"(?:今後|向こう|この先|これから)?半年間?(?!前)|(?:앞으로|향후)?\s?반년(?:간|\s?동안)?"),
)


def begins(text: str, today: date) -> list[Begin]:
    """The days that the text names, in order; the rules that say more come first, and none reads what another has."""
    found: list[Begin] = []
    for pattern, day in _BEGINS:
        for match in pattern.finditer(text):
            try:
                begin = Begin(*match.span(), day(match, today))
            except (ValueError, OverflowError):
                continue
            found.append(begin)
            text = mask(text, *match.span())
    return sorted(found)


def horizon(text: str, today: date) -> tuple[int | None, str]:
    """How many days are looked ahead, today among them, and the text without the words for it; None: not said."""
    for pattern, last_day in _HORIZONS:
        for match in pattern.finditer(text):
            try:
                days = (last_day(match, today) - today).days
            except (ValueError, OverflowError):
                continue
            if 0 < days <= LONGEST:
                return days, mask(text, *match.span())
    return None, text


def _until(match: re.Match[str], today: date) -> date:
    """The day after the last one that is named."""
    if match["year"]:
        return date(today.year + 1, 1, 1)
    number = NUMBERS[match["name"].lower().rstrip(".")] if "name" in match.groupdict() else int(match["month"])
    return date(today.year + (number < today.month), number, 1) + relativedelta(months=1)


def _over(match: re.Match[str], today: date) -> date:
    groups = match.groupdict()
    number = count(groups["n"]) if "n" in groups else 1
    return today + (_step(groups["unit"], number) if "unit" in groups else relativedelta(months=6))


_HORIZONS = (*((pattern, _until) for pattern in _UNTIL), *((pattern, _over) for pattern in _OVER))
