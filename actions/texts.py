"""Values as the reader's language writes them, and names of terms and topics (`utter_term_…` of the responses)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from rasa_sdk import Tracker

from assistant.content.schemas import LANGUAGES
from assistant.content.weave import Responses, language_of, spoken
from billing.money import Money

_read: dict[int, tuple[Responses, dict[tuple[str, str], str]]] = {}
"""By the responses' own identity: there are the present ones, and those of an answer that is given again."""
_KEPT = 4
_PLACE = re.compile(r"\{(\w+)\}")


def _terms() -> dict[tuple[str, str], str]:
    """(key, language) → text; a reader of another language than the variants' gets the first."""
    responses = spoken()
    if id(responses) not in _read:
        while len(_read) >= _KEPT:
            _read.pop(next(iter(_read)))
        _read[id(responses)] = responses, _terms_of(responses)
    return _read[id(responses)][1]


def _terms_of(responses: Responses) -> dict[tuple[str, str], str]:
    texts: dict[tuple[str, str], str] = {}
    for key, variants in responses.items():
        if key.startswith("utter_term_"):
            first = {(key, language): variants[0]["text"].strip("\n") for language in LANGUAGES}
            texts |= first | {(key, language_of(variant)): variant["text"].strip("\n") for variant in variants[1:]}
    return texts


@lru_cache(maxsize=4096)
def _written(amount: str, currency: str, language: str) -> str:
    return format_currency(Decimal(amount), currency, locale=language, decimal_quantization=False)


@dataclass(frozen=True, slots=True)
class Texts:
    """Formats for one language: `en`, `ja` or `ko`."""

    language: str

    @classmethod
    def of(cls, tracker: Tracker) -> Texts:
        """The language that the conversation is in."""
        return cls(tracker.get_slot("language") or "en")

    def term(self, key: str, **values: Any) -> str:
        """The text `utter_term_<key>` with its values."""
        return _terms()[f"utter_term_{key}", self.language].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text `utter_term_<key>`."""
        return (f"utter_term_{key}", self.language) in _terms()

    def places(self, key: str) -> set[str]:
        """The values that the text needs."""
        return set(_PLACE.findall(_terms()[f"utter_term_{key}", self.language]))

    def title(self, topic: str) -> str:
        """What a topic is called on a button."""
        return self.term(f"title_{topic.replace('/', '_')}")

    def terms(self, key: str, names: list[str]) -> str:
        """Several of a group, joined as the language joins."""
        return self.join([self.term(f"{key}_{name}") for name in names])

    def join(self, parts: list[str]) -> str:
        """A list in one line."""
        return self.term("list_separator").join(parts)

    def name(self, names: dict[str, str]) -> str:
        """The name in this language of something in the catalogue."""
        return names.get(self.language) or names["en"]

    def money(self, money: Money) -> str:
        """To the coin, half up: `$1,250.50`, `￥3,000`, `₩50,000`."""
        return self.exact_money(money.rounded())

    def exact_money(self, money: Money) -> str:
        """With every decimal that it has: rates are finer than coins."""
        return _written(money.plain(), money.currency, self.language)

    def number(self, number: Decimal | int) -> str:
        """With the language's separators."""
        return format_decimal(number, locale=self.language)

    def percent(self, percent: Decimal) -> str:
        """`63%`, of a number between 0 and 100."""
        return format_percent(percent / 100, locale=self.language)

    def day(self, day: date | datetime) -> str:
        """`Nov 23, 2026`, `2026/11/23`, `2026. 11. 23.`"""
        return format_date(day, format="medium", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """`Mon, Nov 30 10:00 AM`, as the language writes day, weekday and time, in the moment's own zone."""
        day = format_skeleton("MMMEd", moment, tzinfo=moment.tzinfo, locale=self.language)
        return f"{day} {format_time(moment, 'short', tzinfo=moment.tzinfo, locale=self.language)}"

    def value(self, value: Any) -> Any:
        """Whatever a refusal carries."""
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, date):
            return self.day(value)
        return value
