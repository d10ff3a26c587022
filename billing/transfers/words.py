"""The words of CSV statements, from data/transfers/columns.yml: headings, directions, signs of currencies."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import yaml

from billing.config import ROOT

COLUMNS = ROOT / "data" / "transfers" / "columns.yml"
_BRACKETS = re.compile(r"\(.*?\)")


def normal(text: str) -> str:
    """Full-width forms as narrow ones, without space at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def plain(text: str) -> str:
    """Letters and digits alone, in lower case, without what stands in brackets."""
    return re.sub(r"[\W_]+", "", _BRACKETS.sub("", normal(text)).casefold())


def bracketed(text: str) -> list[str]:
    """What stands in brackets."""
    return _BRACKETS.findall(normal(text))


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    """The column that each heading means."""
    return {plain(alias): name for name, aliases in file()["columns"].items() for alias in aliases}


@lru_cache(maxsize=1)
def directions() -> dict[str, str]:
    """`credit` or `debit`, by how it is said."""
    return {plain(alias): name for name, aliases in file()["directions"].items() for alias in aliases}


@lru_cache(maxsize=1)
def currencies() -> dict[str, str]:
    """The currency that each sign means."""
    return {normal(sign).casefold(): currency for currency, signs in file()["currencies"].items() for sign in signs}


@lru_cache(maxsize=1)
def file() -> dict[str, dict[str, list[str]]]:
    """The file as it is."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(COLUMNS.read_text(encoding="utf-8"))
    return found
