"""Single days and stretches of days that a message spells out: Sep 1, 2026-09-01, 9月1日から15日, since Monday."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import dateparser

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots.months import FLAGS, NAME, NUMBERS, YEAR_FIGURES
from assistant.nlu.slots.spans import DAY, RANGE, WEEK, Resolved, Rule

_ORDINAL = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_A, _B = r"(?P<a>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<b>[0-9]{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|~|to|until|through|thru|から|부터|에서)\s*"
_WEEKDAYS = {name: at for at, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_WEEKDAYS |= {name: at for row in ("月火水木金土日", "월화수목금토일") for at, name in enumerate(row)}

dateparser.parse("1 Jan", languages=["en"])  # its tables load at the first use: not in a customer's turn


def _written(match: re.Match[str], today: date) -> Resolved:
    """English dates go to dateparser, which knows ordinals and either order; the latest such day up to today."""
    settings = {
        "RELATIVE_BASE": datetime.combine(today, time()),
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": ["day", "month"],
    }
    then = dateparser.parse(re.sub(r"[.,]|\bof\b", " ", match.group()), languages=["en"], settings=settings)
    return ((then.date(), then.date()), DAY, not re.search(YEAR_FIGURES, match.group())) if then else None


def _figures(match: re.Match[str], today: date) -> Resolved:
    """Year, month, day; month, day, year; or month and day, day and month only where nothing else is possible."""
    parts = [int(part) for part in re.findall("[0-9]+", match.group())]
    if len(parts) == 3:
        year, month, day = parts if parts[0] > 31 else (parts[2], *parts[:2])
        then = date(year, day, month) if month > 12 else date(year, month, day)
        return (then, then), DAY, False
    month, day = parts
    year = today.year - ((month, day) > (today.month, today.day))
    if (month, day) == (2, 29):
        year -= year % 4
    return (date(year, month, day), date(year, month, day)), DAY, True


def _stretch(match: re.Match[str], today: date) -> Resolved:
    """Two days of one month: Sep 1-15, 9月1日から15日."""
    name, first = match["name"].lower().rstrip("."), int(match["a"])
    number = NUMBERS.get(name) or int(name)
    year = int(match["year"]) if match["year"] else today.year - ((number, first) > (today.month, today.day))
    return (date(year, number, first), date(year, number, int(match["b"]))), RANGE, not match["year"]


def _weekday(match: re.Match[str], today: date) -> Resolved:
    groups = match.groupdict()
    number = _WEEKDAYS[groups["day"][:3].lower()]
    if groups.get("week"):
        return spans.day(spans.week(today, 1)[0], -number), WEEK, False
    latest = spans.day(today, 1 if groups.get("last") else 0)[0]
    return spans.weekday(latest, number), DAY, False


RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"\b(?P<name>{NAME})\s*{_A}{_TO}{_B}(?![0-9:/-])(?:,?\s+(?P<year>{YEAR_FIGURES}))?", FLAGS),
        _stretch,
    ),
    (
        re.compile(rf"\b{_A}{_TO}{_B}\s+(?:of\s+)?(?P<name>{NAME})(?:,?\s+(?P<year>{YEAR_FIGURES}))?(?![a-z])", FLAGS),
        _stretch,
    ),
    (
        re.compile(
            rf"(?:(?P<year>{YEAR_FIGURES})\s?[年년]\s?)?(?<![0-9])(?P<name>[0-9]{{1,2}})\s?[月월]\s?(?P<a>[0-9]{{1,2}})\s?[日일]?"
            r"\s?(?:-|~|から|부터|에서)\s?(?P<b>[0-9]{1,2})\s?[日일](?!間|간)"
        ),
        _stretch,
    ),
    (
        re.compile(
            rf"(?<![0-9/.-]){YEAR_FIGURES}\s?[-/.年년]\s?[0-9]{{1,2}}\s?[-/.月월]\s?[0-9]{{1,2}}(?:\s?[日일]|(?![0-9]))"
        ),
        _figures,
    ),
    (re.compile(r"(?<![0-9])[0-9]{1,2}\s?[月월]\s?[0-9]{1,2}\s?[日일]"), _figures),
    (
        re.compile(rf"(?<![0-9/.$])(?!24/7)[0-9]{{1,2}}/[0-9]{{1,2}}(?:/{YEAR_FIGURES})?(?![0-9/%])(?!\s+of\b)", FLAGS),
        _figures,
    ),
    (re.compile(rf"\b{NAME}\s*{_ORDINAL}(?![0-9a-z%:,]*[0-9a-z%])(?:,?\s+{YEAR_FIGURES}\b)?", FLAGS), _written),
    (
        re.compile(rf"(?<![0-9.,$]){_ORDINAL}\s+(?:of\s+)?{NAME}(?![a-z])(?:,?\s+{YEAR_FIGURES}\b)?", FLAGS),
        _written,
    ),
    (
        re.compile(
            r"\b(?:(?:since|(?P<last>last)|from|between)\s+|(?<=to )|(?<=through )|(?<=until ))"
            r"(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
            FLAGS,
        ),
        _weekday,
    ),
    (
        re.compile(
            r"(?P<week>先週の?|지난\s?주\s?)?(?P<day>[月火水木金土日](?=曜)|[월화수목금토일](?=요일))(?:曜日?|요일)"
            r"(?(week)|(?=から|以降|부터|이후))"
        ),
        _weekday,
    ),
)
