"""Single days and stretches of days that a message spells out: Sep 1, 2026-09-01, 9月1日から15日, since Monday."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots import years
from assistant.nlu.slots.months import FLAGS, NAME, NUMBERS
from assistant.nlu.slots.relative import MONTHS_AGO
from assistant.nlu.slots.spans import DAY, RANGE, WEEK, Resolved, Rule

_ORDINAL = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_A, _B = r"(?P<a>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<b>[0-9]{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|~|to|until|through|thru|から|부터|에서)\s*"
_WEEKDAYS = {name: at for at, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])}
_WEEKDAYS |= {name: at for row in ("月火水木金土日", "월화수목금토일") for at, name in enumerate(row)}

_NTH_A, _NTH_B = r"(?P<a>[0-9]{1,2})(?:st|nd|rd|th)", r"(?P<b>[0-9]{1,2})(?:st|nd|rd|th)"
_OF_MONTH = r"\s+(?:of\s+)?(?:(?P<ago1>last)|(?P<ago0>this)) month"
_EAST_MONTH = rf"(?:{'|'.join(f'(?P<ago{back}>{pattern})' for back, pattern in MONTHS_AGO.items())})の?\s?"
# what a weekday's use is called; a weekday alone may be any, past or to come
_USE = r"(?:使|利用|分|明細|料金|費用|コスト|セッション|請求|履歴|사용|이용|쓴|썼|꺼|거|분|내역|비용|요금|세션)"


def warm_up() -> None:
    """Load dateparser and its tables now; else the first date in English words does, in 0.2 s of a customer's turn."""
    import dateparser

    dateparser.parse("1 Jan", languages=["en"])


def _written(match: re.Match[str], today: date) -> Resolved:
    """English dates go to dateparser, which knows ordinals and either order; the latest such day up to today."""
    import dateparser

    settings = {
        "RELATIVE_BASE": datetime.combine(today, time()),
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": ["day", "month"],
    }
    then = dateparser.parse(re.sub(r"[.,]|\bof\b", " ", match.group()), languages=["en"], settings=settings)
    return ((then.date(), then.date()), DAY, not re.search(years.FIGURES, match.group())) if then else None


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


def _dotted(match: re.Match[str], today: date) -> Resolved:
    """Both ends as a Korean note has them: 9.1~9.15."""
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    year = today.year - (first > (today.month, today.day))
    return (date(year, *first), date(year + (last < first), *last)), RANGE, True


def _of_month(match: re.Match[str], today: date) -> Resolved:
    """A day or two of this or an earlier month: the 3rd to the 10th, 先月20日; the latest where none is named."""
    groups = match.groupdict()
    first, last = int(match["a"]), int(groups.get("b") or match["a"])
    back = next((back for back in MONTHS_AGO if groups.get(f"ago{back}")), int(first > today.day))
    month = spans.month(today, back)[0]
    return (month.replace(day=first), month.replace(day=last)), RANGE if groups.get("b") else DAY, False


def _weekday(match: re.Match[str], today: date) -> Resolved:
    groups = match.groupdict()
    number = _WEEKDAYS[groups["day"][:3].lower()]
    if groups.get("week") or groups.get("this_week"):
        monday = spans.week(today, 1 if groups["week"] else 0)[0]
        return spans.day(monday, -number), WEEK, False
    latest = spans.day(today, 1 if groups.get("last") else 0)[0]
    return spans.weekday(latest, number), DAY, False


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"(?:\bthe\s+)?\b{_NTH_A}\s*(?:-|~|to|until|till|through|thru)\s*(?:the\s+)?{_NTH_B}\b(?:{_OF_MONTH})?",
            FLAGS,
        ),
        _of_month,
    ),
    (re.compile(rf"\bbetween\s+the\s+{_NTH_A}\s+and\s+(?:the\s+)?{_NTH_B}\b(?:{_OF_MONTH})?", FLAGS), _of_month),
    (re.compile(rf"\b{_A}\s*(?:-|to|until|till|through|and)\s*{_B}{_OF_MONTH}\b", FLAGS), _of_month),
    (re.compile(rf"\bthe\s+{_NTH_A}{_OF_MONTH}\b", FLAGS), _of_month),
    (re.compile(rf"(?<=since )the\s+{_NTH_A}\b", FLAGS), _of_month),
    (re.compile(rf"\b(?:on|for)\s+the\s+{_NTH_A}(?=\s*(?:$|[,.!?]))", FLAGS), _of_month),
    (
        re.compile(
            rf"(?:{_EAST_MONTH})?(?<![0-9])(?P<a>[0-9]{{1,2}})\s?[日일]\s?(?:-|~|から|부터|에서)\s?(?P<b>[0-9]{{1,2}})\s?[日일]"
            r"(?!間|간|前|전|後|후|かか|あた|当|ごと|平均|걸|程|以|내)"
        ),
        _of_month,
    ),
    (re.compile(rf"{_EAST_MONTH}(?P<a>[0-9]{{1,2}})\s?[日일](?!間|간|前|전|あた|当|ごと|平均)"), _of_month),
    (
        re.compile(rf"\b(?P<name>{NAME})\s*{_A}{_TO}{_B}(?![0-9:/-])(?:,?\s+(?P<year>{years.FIGURES}))?", FLAGS),
        _stretch,
    ),
    (
        re.compile(
            rf"\b{_A}(?:{_TO}|\s+and\s+){_B}\s+(?:of\s+)?(?P<name>{NAME})(?:,?\s+(?P<year>{years.FIGURES}))?(?![a-z])",
            FLAGS,
        ),
        _stretch,
    ),
    (
        re.compile(
            rf"(?:(?P<year>{years.FIGURES})\s?[年년]\s?)?(?<![0-9])(?P<name>[0-9]{{1,2}})\s?[月월]\s?(?P<a>[0-9]{{1,2}})\s?[日일]?"
            r"\s?(?:-|~|から|부터|에서|[と과와](?=\s?[0-9]{1,2}\s?[日일](?:の間|\s?사이)))\s?(?P<b>[0-9]{1,2})\s?[日일](?!間|간)"
        ),
        _stretch,
    ),
    (
        re.compile(
            rf"(?<![0-9/.-]){years.FIGURES}\s?[-/.年년]\s?[0-9]{{1,2}}\s?[-/.月월]\s?[0-9]{{1,2}}(?:\s?[日일]|(?![0-9]))"
        ),
        _figures,
    ),
    (re.compile(r"(?<![0-9])[0-9]{1,2}\s?[月월]\s?[0-9]{1,2}\s?[日일]"), _figures),
    (
        re.compile(
            r"(?<![0-9.$])([0-9]{1,2})\.([0-9]{1,2})\s?[-~]\s?([0-9]{1,2})\.([0-9]{1,2})"
            r"(?![0-9.%]|\s?(?:[A-Za-z만천万千円원엔$€배점]|달러|ドル|時間|시간))"
        ),
        _dotted,
    ),
    (
        re.compile(
            rf"(?<![0-9/.$])(?!24/7)[0-9]{{1,2}}/[0-9]{{1,2}}(?:/{years.FIGURES})?(?![0-9/%])(?!\s+of\b)", FLAGS
        ),
        _figures,
    ),
    (re.compile(rf"\b{NAME}\s*{_ORDINAL}(?![0-9a-z%:,]*[0-9a-z%])(?:,?\s+{years.FIGURES}\b)?", FLAGS), _written),
    (
        re.compile(rf"(?<![0-9.,$]){_ORDINAL}\s+(?:of\s+)?{NAME}(?![a-z])(?:,?\s+{years.FIGURES}\b)?", FLAGS),
        _written,
    ),
    (
        re.compile(
            r"\b(?:(?:(?:since|on|from|between)\s+)?(?P<last>last\s+)|(?:since|on|from|between)\s+"
            r"|(?<=to )|(?<=through )|(?<=until ))"
            r"(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
            FLAGS,
        ),
        _weekday,
    ),
    (
        re.compile(
            r"(?:(?P<week>先週の?|(?:지난|저번)\s?주\s?)|(?P<this_week>今週の?|이번\s?주\s?)"
            r"|(?P<last>(?:この)?前の|(?:지난|저번)\s?))?"
            r"(?P<day>[月火水木金土日](?=曜)|[월화수목금토일](?=요일))(?:曜日?|요일)"
            rf"(?(week)|(?(this_week)|(?(last)|(?=から|以降|まで|부터|이후|까지|\s?[のに에]?\s?{_USE}))))"
        ),
        _weekday,
    ),
)
