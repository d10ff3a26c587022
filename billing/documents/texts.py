"""The words of papers, from `data/documents/<language>.yml`; money, numbers and dates as the language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from billing.config import ROOT
from billing.documents.schemas import Language
from billing.money import Money

FOLDER = ROOT / "data" / "documents"


@lru_cache(maxsize=4)
def _words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """Words and formats of one language."""

    language: Language

    def say(self, key: str, /, *, group: str | None = None, **values: str) -> str:
        """The text of a key (of a group of keys) with its values."""
        words = _words(self.language)
        return str((words[group] if group else words)[key]).format(**values)

    def has(self, key: str, group: str) -> bool:
        """Whether the group has a text for the key."""
        return key in _words(self.language)[group]

    def of(self, names: Mapping[Any, Any]) -> Any:
        """What is said of something in this language; in English where nothing is."""
        return names.get(self.language) or names.get("en")

    def money(self, money: Money) -> str:
        """`$1,250.50`, `￥3,000`, `₩50,000`; every decimal that it has."""
        amount = Decimal(money.plain())
        return format_currency(amount, money.currency, locale=self.language, decimal_quantization=False)

    def number(self, number: Decimal) -> str:
        """With the language's separators."""
        return format_decimal(number, locale=self.language, decimal_quantization=False)

    def day(self, day: date) -> str:
        """The long form: `November 23, 2026`."""
        return format_date(day, format="long", locale=self.language)
