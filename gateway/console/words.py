"""The console's words (`data/console/<language>.yml`), and money, numbers and times as the language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from babel.core import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup

from billing.api import Billing
from billing.config import ROOT
from billing.errors import BillingError
from billing.money import Money
from gateway.errors import Problem
from gateway.operators.schemas import Language

FOLDER = ROOT / "data" / "console"
LANGUAGES: tuple[Language, ...] = ("en", "ja", "ko")


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, str]:
    """Every text of the language by its dotted key: `requests.title`."""
    loaded = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return dict(_flat("", loaded))


def _flat(prefix: str, texts: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for key, text in texts.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(text, dict):
            yield from _flat(name, text)
        else:
            yield name, str(text)


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with its values. A key that is not there is a mistake of ours."""
        text = catalogue(self.language)[key]
        return text.format(**values) if values else text

    def named(self, group: str, code: str) -> str:
        """What a code is called here; itself where it has no name (a topic of somebody's own content)."""
        return catalogue(self.language).get(f"{group}.{code}", code)

    def of(self, names: dict[str, str], otherwise: str = "") -> str:
        """A name that comes in several languages."""
        return names.get(self.language) or names.get("en") or otherwise

    def services(self, billing: Billing) -> dict[str, str]:
        """The name of each service, as the catalogue calls it in the operator's language."""
        return {name: self.of(names, name) for name, names in billing.service_names().items()}

    def refusal(self, refused: BillingError | Problem) -> str:
        """What was refused, and what to do."""
        text = catalogue(self.language).get(f"errors.{refused.code}")
        if text is None:
            return self("errors.other", code=refused.code)
        values = refused.values if isinstance(refused, BillingError) else {}
        written = {name: self._written(value) for name, value in values.items()}
        if isinstance(refused, Problem) and "Retry-After" in refused.headers:
            written["seconds"] = refused.headers["Retry-After"]
        return text.format(**written)

    def money(self, money: Money) -> str:
        """To the coin, half up, as customers are told it: `$1,250.50`, `￥3,000`, `₩50,000`."""
        return self.rate(money.rounded())

    def rate(self, money: Money) -> str:
        """With every decimal that it has: rates are finer than coins."""
        amount = Decimal(money.plain())
        return format_currency(amount, money.currency, locale=self.language, decimal_quantization=False)

    def number(self, number: Decimal | int) -> str:
        """With the language's separators."""
        return format_decimal(number, locale=self.language, decimal_quantization=False)

    def percent(self, share: float | Decimal) -> str:
        """`83 %` of 0.83."""
        return format_percent(share, locale=self.language)

    def day(self, day: date) -> str:
        """The medium form: `Nov 23, 2026`."""
        return format_date(day, format="medium", locale=self.language)

    def when(self, at: datetime) -> Markup:
        """A `time` element in the zone that the instant has, which is named."""
        day, time = self.day(at.date()), format_time(at, format="short", locale=self.language)
        text = f"{day}, {time} {at.tzname()}" if self.language == "en" else f"{day} {time} {at.tzname()}"
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), text)

    def _written(self, value: object) -> str:
        if isinstance(value, Money):
            return self.money(value)
        return self.day(value) if isinstance(value, date) else str(value)


def language_of(header: str | None) -> Language:
    """The first language of `Accept-Language` that the console speaks; English where it speaks none."""
    wanted = [part.partition(";")[0].strip().replace("-", "_") for part in (header or "").split(",")]
    found = Locale.negotiate([each for each in wanted if each[:2].isalpha()], list(LANGUAGES))
    return next((language for language in LANGUAGES if found is not None and found.language == language), "en")
