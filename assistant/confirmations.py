"""Whether a message is a yes to terms that were shown: money moves on it, so a closed list decides, no classifier."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import regex

from assistant import yaml_files

LIST = Path(__file__).resolve().parent.parent / "data" / "confirmations.yml"
_CLOSING = regex.compile(r"[\s.!。！~〜♪❤👍🙏^]+$")
_BETWEEN = regex.compile(r"[\s,、，.]+")


def normal(text: str) -> str:
    """NFKC, lower case, one space between words, no closing punctuation; a question mark stays."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _BETWEEN.sub(" ", _CLOSING.sub("", folded)).strip()


@cache
def _confirmations() -> frozenset[str]:
    said = yaml_files.read(LIST)
    return frozenset(normal(text) for texts in said.values() for text in texts)


def confirms(text: str) -> bool:
    """Whether the whole message is on the list, in any of the languages."""
    return normal(text) in _confirmations()
