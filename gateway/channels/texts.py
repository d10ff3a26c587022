"""What the channels themselves say and understand (`data/channels/`); everything else is said by the assistant."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.content.weave import spoken

DATA = Path(__file__).resolve().parents[2] / "data"
LANGUAGES = ("en", "ja", "ko")
_CLOSING = ".!。"
"""Closing punctuation, in NFKC: full-width forms are none by then."""


@lru_cache(maxsize=8)
def catalogue(name: str) -> dict[str, Any]:
    """A file of `data/channels/`."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "channels" / f"{name}.yml").read_text(encoding="utf-8"))
    return loaded


def language_of(locale: str | None) -> str:
    """The language spoken here that a locale names; English for all others."""
    language = (locale or "")[:2].lower()
    return language if language in LANGUAGES else "en"


def text_of(key: str, language: str, **values: str) -> str:
    """A text of `texts.yml` with its values."""
    return str(catalogue("texts")[key][language]).strip().format(**values)


def word_in(key: str, text: str) -> str | None:
    """The language in which the whole message is one of the words of that key (`words.yml`); None: it is none."""
    said = unicodedata.normalize("NFKC", text).strip().rstrip(_CLOSING).casefold()
    for language, words in catalogue("words")[key].items():
        if said in words:
            return str(language)
    return None


@lru_cache(maxsize=1)
def sign_in_texts() -> frozenset[str]:
    """How the assistant says that a visitor must sign in: there a channel offers to link the account."""
    return frozenset(variant["text"].strip() for variant in spoken()["utter_sign_in"])
