"""Charges that a request to support is about: found by what the customer named, chosen by button or number."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from actions.amounts import decimal_of
from actions.base import latest_entity, named_period
from actions.catalogue import service_names
from actions.texts import Texts
from assistant import yaml_files
from billing.api import Billing, Charge
from billing.errors import PeriodInvalid

WORDS = Path(__file__).resolve().parents[1] / "data" / "disputes" / "words.yml"
ALL, NONE = "all", "none"
_NUMBER = re.compile(r"[0-9]+")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    words = yaml_files.read(WORDS)
    parts = [rf"\b(?:{'|'.join(words['en'])})\b", *words["ja"], *words["ko"]]
    return re.compile("|".join(parts), re.IGNORECASE)


def is_about_charges(text: str) -> bool:
    """Whether the words say that a charge is the matter."""
    return _pattern().search(unicodedata.normalize("NFKC", text)) is not None


def found(billing: Billing, account: str, tracker: Tracker) -> list[dict[str, Any]]:
    """The charges that fit what the latest message names, as slots keep them."""
    try:
        period = named_period(tracker)
    except PeriodInvalid:
        period = None
    amount = decimal_of(latest_entity(tracker, "amount"))
    charges = billing.charges_like(account, period=period, service=latest_entity(tracker, "service"), amount=amount)
    return [charge.model_dump(mode="json", by_alias=True) for charge in charges]


def chosen(said: object, candidates: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The charges that a button or typed numbers choose; None where they choose nothing."""
    text = unicodedata.normalize("NFKC", str(said)).strip()
    if text in {ALL, NONE}:
        return candidates if text == ALL else []
    if by_id := [each for each in candidates if each["id"] == text]:
        return by_id
    numbers = [int(number) for number in _NUMBER.findall(text)]
    if not numbers or not all(0 < number <= len(candidates) for number in numbers):
        return None
    return [candidates[number - 1] for number in sorted(set(numbers))]


def rows(charges: list[dict[str, Any]], billing: Billing, texts: Texts) -> list[str]:
    """A line for each, as the customer reads it."""
    names = service_names(billing, texts)
    return [_row(Charge.model_validate(charge), names, texts) for charge in charges]


def _row(charge: Charge, names: dict[str, str], texts: Texts) -> str:
    what = names.get(charge.service, charge.service) if charge.service else texts.term(f"kind_{charge.kind}")
    reference = charge.id if charge.kind == "invoice" else ""
    row = texts.term("row_charge", date=texts.day(charge.on), what=what, amount=texts.money(charge.amount))
    return texts.term("row_charge_invoiced", row=row, invoice=reference.partition("/")[0]) if reference else row
