"""Every numeral of a text in English, Japanese or Korean: amounts of money, dates, percentages, numbers.

Written against how the languages write them, not against the code that writes: full-width characters, `￥` and `JP¥`,
`Nov 23, 2026`, `2026/11/23` and `2026. 11. 23.`
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

from billing.money import minor_digits

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
_DATE = rf"(?:{'|'.join(_MONTHS)})\ \d{{1,2}},\ \d{{4}}|\d{{4}}(?:/|\.\ )\d{{1,2}}(?:/|\.\ )\d{{1,2}}\.?"
PATTERNS: Mapping[str, str] = {
    "name": r"[A-Z]{1,4}-\d+(?:-\d+)*",
    "date": _DATE,
    "money": rf"[-\u2212]?(?:US\$|\$|JP¥|¥|₩){_NUMBER}",
    "percent": rf"{_NUMBER}\ ?%",
    "number": rf"[-\u2212]?{_NUMBER}",
}
"""How a kind is written, for the places of a line: as `_TOKEN` has it, without names for its parts."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a text says: its kind and value, the currency of money, and how it is written."""

    kind: Kind
    value: Decimal | date | str
    currency: str
    text: str

    def says(self, fact: Decimal | date | str, kind: str, currency: str) -> bool:
        """Whether it is the fact: money to the coin, half up, or exactly; a percentage whole, or exactly."""
        if kind == "money" and isinstance(fact, Decimal):
            coin = Decimal(1).scaleb(-minor_digits(currency))
            return self.currency == currency and self.value in {fact, fact.quantize(coin, ROUND_HALF_UP)}
        if kind == "percent" and isinstance(fact, Decimal):
            return self.value in {fact, fact.quantize(Decimal(1), ROUND_HALF_EVEN)}
        return self.value == fact


def plain(text: str) -> str:
    """In the form that is read here: full-width characters as narrow ones, no addresses of pages."""
    return unicodedata.normalize("NFKC", _URL.sub("", text)).strip()


def numerals(text: str, names: Iterable[str] = ()) -> list[Numeral]:
    """Those of a text, in order, without addresses of pages and the `names` of plans and services."""
    said = plain(text)
    for name in names:
        said = said.replace(plain(name), "")
    return [_numeral(match) for match in _TOKEN.finditer(said)]


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
