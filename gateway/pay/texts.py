"""What the payment pages say (`data/pay/`), and the language of whoever comes without a readable address."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from billing.config import ROOT
from gateway.channels.texts import language_of

FOLDER = ROOT / "data" / "pay"


@lru_cache(maxsize=4)
def texts(language: str) -> dict[str, Any]:
    """All texts of the pages in that language."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return loaded


def accepted(header: str | None) -> str:
    """The language of ours that a browser asks for first; English where it asks for others."""
    return language_of(header)
