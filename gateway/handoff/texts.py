"""What customers are told around a person who answers (`data/handoff/texts.yml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "handoff" / "texts.yml"


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def text_of(key: str, language: str, **values: str) -> str:
    """The text of that key in that language, with its values."""
    return _catalogue()[key][language].format(**values)
