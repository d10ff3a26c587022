"""Every numeral of a text in English, Japanese or Korean: amounts of money, dates, percentages, numbers.

Written against how the languages write them, not against the code that writes: full-width characters, `￥` and `JP¥`,
`Nov 23, 2026`, `2026/11/23` and `2026. 11. 23.`
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["money", "date", "percent", "number", "name"]
_URL = re.compile(r"https?://[^\s<>\"'）)」]+")
_SYMBOLS = {"US$": "USD", "$": "USD", "JP¥": "JPY", "¥": "JPY", "₩": "KRW"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_TOKEN = re.compile(
    rf"""
    (?P<name>[A-Z]{{1,4}}-\d+(?:-\d+)*)
    |(?P<month>{"|".join(_MONTHS)})\ (?P<day>\d{{1,2}}),\ (?P<year>\d{{4}})
    |(?P<year_>\d{{4}})(?:/|\.\ )(?P<month_>\d{{1,2}})(?:/|\.\ )(?P<day_>\d{{1,2}})\.?
    |(?P<sign>[-\u2212]?)(?P<symbol>US\$|\$|JP¥|¥|₩)(?P<amount>{_NUMBER})
    |(?P<percent>{_NUMBER})\ ?%
    |(?P<number>[-\u2212]?{_NUMBER})
    """,
    re.VERBOSE,
)
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a text says: its kind and value, the currency of money, and how it is written."""

    kind: Kind
    value: Decimal | date | str
    currency: str
    text: str


def numerals(text: str, constants: Sequence[str] = (), names: Iterable[str] = ()) -> list[Numeral]:
    """Those of a text, in order; addresses of pages have none.

    `constants`: lines of responses that hold numerals of their own, which are no figures. `names`: of plans and
    services, whose digits are none either.
    """
    patterns = [_pattern(line) for line in constants]
    found: list[Numeral] = []
    for line in unicodedata.normalize("NFKC", _URL.sub("", text)).splitlines():
        said = line
        for name in names:
            said = said.replace(unicodedata.normalize("NFKC", name), "")
        matches = (pattern.fullmatch(said.strip()) for pattern in patterns)
        match = next((each for each in matches if each is not None), None)
        for part in [said] if match is None else match.groups():
            found.extend(_tokens(part))
    return found


def _pattern(line: str) -> re.Pattern[str]:
    """Of a line with places for values: what stands in the places is caught, the rest is the line's own."""
    pieces = _PLACE.split(unicodedata.normalize("NFKC", _URL.sub("", line)).strip())
    return re.compile("(.*?)".join(re.escape(piece) for piece in pieces))


def _tokens(text: str) -> Iterator[Numeral]:
    for match in _TOKEN.finditer(text):
        yield _numeral(match)


def _numeral(match: re.Match[str]) -> Numeral:
    said, part = match.group(), match.groupdict()
    if part["name"]:
        return Numeral("name", said, "", said)
    if part["year"] or part["year_"]:
        month = _MONTHS.index(part["month"]) + 1 if part["month"] else int(part["month_"])
        day = date(int(part["year"] or part["year_"]), month, int(part["day"] or part["day_"]))
        return Numeral("date", day, "", said)
    if part["amount"]:
        amount = _decimal(part["amount"])
        return Numeral("money", -amount if part["sign"] else amount, _SYMBOLS[part["symbol"]], said)
    if part["percent"]:
        return Numeral("percent", _decimal(part["percent"]), "", said)
    return Numeral("number", _decimal(part["number"]), "", said)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\u2212", "-"))
