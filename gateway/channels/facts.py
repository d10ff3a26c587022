"""Cards as lines of label and value, for channels that have native ones. The message's text says the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from assistant.content.weave import language_of, spoken
from billing.money import Money
from gateway.channels.schemas import Fact
from gateway.channels.texts import catalogue

MOST = 10
"""Lines; Slack's limit, the smallest."""
_MONEY = {"amount", "currency"}


def facts_of(card: dict[str, Any] | None, language: str) -> tuple[Fact, ...]:
    """The lines of a card in that language; none for a kind that has none."""
    if card is None:
        return ()
    found = []
    for line in catalogue("facts").get(card["kind"], ()):
        value = _at(card, line["path"])
        if not _is_nothing(value) or "zero" in line:
            written = _written(value, line.get("as"), language)
            found += [Fact(line[language], written)] if written else []
    return tuple(found[:MOST])


def money_of(value: dict[str, str]) -> Money:
    """The amount that a card shows."""
    return Money.of(value["amount"], value["currency"])


def written_money(money: Money, language: str) -> str:
    """To the coin, as the language writes it."""
    amount = Decimal(money.rounded().plain())
    return format_currency(amount, money.currency, locale=language, decimal_quantization=False)


def _at(card: dict[str, Any], path: str) -> Any:
    value: Any = card
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_nothing(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == _MONEY and not money_of(value).units


def _written(value: Any, kind: str | None, language: str) -> str:
    if value in (None, "", {}, []):
        return ""
    if isinstance(value, dict):
        return _written_group(value, language)
    if kind == "number":
        return format_decimal(_number(value), locale=language)
    if kind is not None:
        return _terms().get((f"{kind}_{value}", language), "")
    try:
        return format_date(date.fromisoformat(str(value)), format="medium", locale=language)
    except ValueError:
        return str(value)


def _written_group(value: dict[str, Any], language: str) -> str:
    """Money, or a name in several languages."""
    if value.keys() == _MONEY:
        return written_money(money_of(value), language)
    return str(value.get(language) or value.get("en") or "")


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


@lru_cache(maxsize=1)
def _terms() -> dict[tuple[str, str], str]:
    """(term, language) → its name, as the assistant calls it."""
    return {
        (key.removeprefix("utter_term_"), language_of(variant)): variant["text"].strip("\n")
        for key, variants in spoken().items()
        if key.startswith("utter_term_")
        for variant in variants
    }
