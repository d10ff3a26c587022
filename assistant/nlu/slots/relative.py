"""Periods counted from today: yesterday, last week, the last 30 days, 先月, 지난 3개월."""

from __future__ import annotations

import re
from datetime import date

from assistant.nlu.slots import calendar_spans as spans
from assistant.nlu.slots.calendar_spans import CALENDAR
from assistant.nlu.slots.numbers import COUNT, count
from assistant.nlu.slots.spans import DAY, MONTH, ROLLING, WEEK, YEAR, Resolve, Resolved, Rule

_RANKS = {"day": DAY, "week": WEEK, "weekend": WEEK, "month": MONTH, "quarter": MONTH, "year": YEAR}
_EAST_UNITS_OF = {"hour": "時間/시간", "day": "日/일", "week": "週/주", "month": "月/개월/달", "quarter": "四半期/분기"}
_EAST_UNITS_OF["year"] = "年/년"
_MOST = 1200
_UNITS = {name: unit for unit, names in _EAST_UNITS_OF.items() for name in names.split("/")}
_UNITS |= {"d": "day", "w": "week", "m": "month", "y": "year", "h": "hour", "q": "quarter"}
_UNITS |= {"hr": "hour", "wk": "week", "mo": "month", "mth": "month", "yr": "year", "qtr": "quarter"}
# how many units ago, what stands for it
_NAMED: tuple[tuple[str, int, str], ...] = (
    ("day", 0, r"\btoday(?:'?s)?\b|今日|(?<![ぁ-ん])きょう|本日|오늘|금일"),
    (
        "day",
        1,
        r"(?<!before )\b(?:yesterday|yday)(?:'?s)?\b|\blast night\b|(?<!一)昨日|(?<![ぁ-ん])きのう|前日|昨[夜晩]",
    ),
    ("day", 1, r"(?<!그)어제|어저께|어젯밤|전일(?![가-힣])"),
    ("day", 2, r"\bday before yesterday\b|一昨日|おととい|그저께|그제(?!서)|엊그제"),
    ("week", 0, r"今週|こんしゅう|이번\s?주(?!문|제)|금주"),
    ("week", 1, r"(?<!先)先週|せんしゅう|前週|(?<!지)지난\s?주(?!문|제)|(?<!저)저번\s?주"),
    ("week", 2, r"\bweek before last\b|先々週|지지난\s?주|저저번\s?주"),
    ("weekend", 1, r"\b(?:last|past|over the) weekend\b|先週末|(?:지난|저번)\s?주말"),
    (
        "month",
        0,
        r"今月|こんげつ|当月|이번\s?달|(?<![가-힣])이\s?달(?![라러력성])|금월|당월|月初(?=から|以)|월초(?=부터|이후)",
    ),
    ("month", 1, r"(?<!先)先月|せんげつ|前月|前の月|(?<!지)지난\s?달|(?<!저)저번\s?달|전월|전\s달"),
    ("month", 2, r"\bmonth before last\b|先々月|前々月|지지난\s?달|저저번\s?달|전전[달월]"),
    ("quarter", 0, r"[今当]四半期|이번\s?분기|금\s?분기|당\s?분기"),
    ("quarter", 1, r"[前先]四半期|지난\s?분기|저번\s?분기|전\s?분기|직전\s?분기"),
    (
        "year",
        0,
        r"今年(?!度)|本年(?!度)|ことし|올\s?해|금년|이번\s?년도|年初(?=から|以|来)|年明け(?=から|以)|연초(?=부터|이후)",
    ),
    ("year", 1, r"(?<!一)昨年(?!度)|去年|きょねん|前年|작년|지난\s?해|전년"),
    ("year", 2, r"\byear before last\b|一昨年|おととし|재작년"),
)
MONTHS_AGO = {back: pattern for unit, back, pattern in _NAMED if unit == "month"}
_UNIT = r"(?P<unit>hour|day|week|month|quarter|year|hr|wk|mo|mth|yr|qtr)s?"


def _unit_of(name: str) -> str:
    name = re.sub(r"^[ヶかカケヵ箇]|(?<=週)間|일(?=주)|(?<=주)일|개(?!월)\s?", "", name.lower())
    return _UNITS.get(name, name)


def _named(unit: str, back: int) -> Resolve:
    return lambda match, today: (CALENDAR[unit](today, back), _RANKS[unit], False)


def _rolling(match: re.Match[str], today: date) -> Resolved:
    if "half" in match.re.groupindex and match["half"]:
        return spans.rolling(today, "month", 6), ROLLING, False
    number = count(match["n"]) if match["n"] else 1
    unit = _unit_of(match["unit"])
    return (spans.rolling(today, unit, number), ROLLING, False) if 0 < number <= _MOST else None


def _last(match: re.Match[str], today: date) -> Resolved:
    """A "last month" is a calendar month, a "past month" one that ends today."""
    unit = _unit_of(match["unit"])
    if match["vague"] is not None:
        return spans.rolling(today, unit, 3), ROLLING, False
    if match["which"].lower() in ("last", "prev", "previous", "prior") and unit != "hour":
        return CALENDAR[unit](today, 1), _RANKS[unit], False
    return spans.rolling(today, unit, 1), ROLLING, False


def _ago(match: re.Match[str], today: date) -> Resolved:
    unit = _unit_of(match["unit"])
    number = count(match["n"])
    return (CALENDAR[unit](today, number), _RANKS[unit], False) if number <= _MOST and unit in CALENDAR else None


def _fixed(unit: str, number: int) -> Resolve:
    return lambda match, today: (spans.rolling(today, unit, number), ROLLING, False)


def _this(match: re.Match[str], today: date) -> Resolved:
    unit = _unit_of(match["unit"] or match["to_date"][0])
    return (CALENDAR[unit](today, 0), _RANKS[unit], False) if unit in CALENDAR else None


_MONTHS_JA = "[ヶかカケヵ箇]月"
_REGEX = re.IGNORECASE | re.ASCII
RULES: tuple[Rule, ...] = (
    *((re.compile(pattern, _REGEX), _named(unit, back)) for unit, back, pattern in _NAMED),
    (
        re.compile(
            rf"(?<!plan )(?<!it )(?<!will )(?<!would )(?<!balance )(?<!credit )(?<!going to )(?<!they )\b"
            rf"(?:last|past|prev(?:ious)?|prior|recent|trailing)\s+(?P<n>{COUNT})[\s-]*(?:(?:full|calendar|business|working)\s+)?"
            r"(?P<unit>(?:hour|day|week|month|quarter|year|hr|wk|mo|mth|yr|qtr)(?=s?\b)|[dwmyh]\b)s?",
            _REGEX,
        ),
        _rolling,
    ),
    (
        re.compile(
            rf"\b(?P<which>last|past|prev(?:ious)?|prior|trailing)\s+{_UNIT}(?:'s)?\b(?P<vague>(?<=s)(?<!'s)(?=\s*(?:$|[,.?!])))?",
            _REGEX,
        ),
        _last,
    ),
    (
        re.compile(
            rf"\b(?:this|current|(?:since|from)\s+(?:the\s+)?(?:start|beginning)\s+of\s+(?:the|this))\s+{_UNIT}\b"
            r"|\b(?P<to_date>mtd|ytd|qtd|month[\s-]to[\s-]date|year[\s-]to[\s-]date)\b",
            _REGEX,
        ),
        _this,
    ),
    (re.compile(r"\b(?:last|past|previous)\s+fortnight\b", _REGEX), _fixed("week", 2)),
    (
        re.compile(
            r"\b(?:last|past|previous)\s+half[\s-](?:an?\s)?year\b|半年(?=前から|間?の[^、。\s]{0,8}(?:利用|使用|推移|履歴|費用|明細))",
            _REGEX,
        ),
        _fixed("month", 6),
    ),
    (
        # a length of time that is said of use: 30 days of usage, 3ヶ月分の使用量, 6개월간 GPU 추이
        re.compile(
            rf"\b(?P<n>{COUNT})\s+{_UNIT}(?=\s+(?:worth\s+)?of\s+(?:usage|spend|history|data))",
            _REGEX,
        ),
        _rolling,
    ),
    (
        re.compile(
            rf"(?<![0-9年月])(?P<n>[0-9]{{1,3}})\s?(?P<unit>日(?=[間分])|週間?|{_MONTHS_JA}|年)[間分]?(?=の[^、。\s]{{0,8}}(?:利用|使用|推移|履歴|グラフ))"
        ),
        _rolling,
    ),
    (
        re.compile(
            r"(?<![0-9년월])(?<!월 )(?P<n>[0-9]{1,3})\s?(?P<unit>일|주일?|개월|년)(?:간|치|동안)의?"
            r"(?=\s?[^,.\s]{0,6}\s?(?:사용|이용|추이|이력|내역|그래프))"
        ),
        _rolling,
    ),
    (
        re.compile(
            rf"\b(?:usage|spend\w*|trend|history|graph|chart)\b:?\s*(?:(?:for|over|of|in)\s+)?(?P<n>{COUNT})\s+{_UNIT}\b(?!\s+(?:ago|back))",
            _REGEX,
        ),
        _rolling,
    ),
    (
        re.compile(
            rf"(?:推移|グラフ|[使利]用[量額]|履歴)[をは]?\s?(?P<n>[0-9]{{1,3}})\s?(?P<unit>日(?=[間分])|週間|{_MONTHS_JA}|年(?=[間分]))(?!前)"
        ),
        _rolling,
    ),
    (
        re.compile(
            r"(?:추이|그래프|사용[량액]|내역)\s?(?P<n>[0-9]{1,3})\s?(?P<unit>일|주일?|개월|년)(?=간|치|동안|으?로|$)"
        ),
        _rolling,
    ),
    (re.compile(rf"\b(?P<n>{COUNT})\s+{_UNIT}\s+(?:ago|back)\b", _REGEX), _ago),
    (
        re.compile(
            r"(?:直近|過去|ここ|この|最近|これまで|前(?=の))の?\s?(?:(?P<half>半年|6[ヶかカケヵ箇]月)"
            rf"|(?P<n>{COUNT}|ひと)\s?(?P<unit>時間|日|週間?|{_MONTHS_JA}|(?<=ひと)月|年|四半期))間?分?"
        ),
        _rolling,
    ),
    (re.compile(rf"(?P<n>[0-9一二三四五六七八九十]{{1,3}})\s?(?P<unit>日|週間?|{_MONTHS_JA}|年)前"), _ago),
    (
        re.compile(
            r"(?:최근|지난|과거|직전|요)\s?(?:(?P<half>반년|반\s년)"
            rf"|(?P<n>{COUNT})\s?(?P<unit>시간|일주일|주일|주|일|개월|개\s?분기|달|년))(?:간|동안)?"
        ),
        _rolling,
    ),
    (re.compile(r"(?P<n>[0-9]{1,3}|한|두|세|석|네)\s?(?P<unit>일|주일?|개월|달|년)\s?전"), _ago),
)
