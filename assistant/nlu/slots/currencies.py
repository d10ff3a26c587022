"""Currencies named by symbol, ISO 4217 code or word, in three languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

from assistant.nlu.slots.choice import Mention, settle
from assistant.nlu.slots.currency_words import (
    AFTER_NUMBER,
    ALONE,
    CODE_OF,
    DOUBTFUL,
    EAST,
    LATIN,
    MAJOR,
    NEVER,
    SYMBOLS,
    WORDLIKE,
)

_CODES = frozenset(code for place in get_global("territory_currencies") for code in get_territory_currencies(place))


def _either(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _groups(patterns: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"|(?P<g{at}>{pattern})" for at, (_, pattern) in enumerate(patterns))


_NO_VERB = r"(?!'?t\b|\s+(?:the|an?|over)\b)"  # it won't, we won the deal
_AFTER = re.compile(
    rf"\s{{0,2}}(?:(?P<name>(?:{_either(LATIN)})(?![A-Za-z])|(?:{_either(DOUBTFUL)})(?![A-Za-z]){_NO_VERB}|{_either(SYMBOLS)}|{_either(EAST)})"
    + _groups(AFTER_NUMBER)
    + r"|(?-i:(?P<code>[A-Z]{3})(?![A-Za-z0-9])))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(?:{_either(SYMBOLS)}|{_either(MAJOR)})|(?-i:(?<![A-Z])[A-Z]{{3}}))\s?:?\s?$", re.IGNORECASE
)
_NAMED = re.compile(
    rf"(?P<name>(?<![A-Za-z])(?:{_either(LATIN)})(?![A-Za-z])|{_either(SYMBOLS)}"
    rf"|(?<![ァ-ヺー가-힣])(?:{_either(EAST)})(?![ァ-ヺー])"
    rf"|(?:(?<=\bin )|(?<=^))(?:{_either(DOUBTFUL)})(?=\W|$)(?!'t|\s+\w))"
    + _groups(ALONE)
    + r"|(?-i:(?<![A-Za-z0-9-])(?P<code>[A-Z]{3})(?![A-Za-z0-9-]))",
    re.IGNORECASE,
)


def is_code(text: str) -> bool:
    """Whether these capitals are the code of a currency in use today."""
    return text in _CODES


def whole_units(code: str) -> bool:
    """Whether the currency has no decimals."""
    return bool(get_currency_precision(code) == 0)


def _code(match: re.Match[str], groups: tuple[tuple[str, str], ...]) -> str | None:
    if match["name"]:
        return CODE_OF[match["name"].lower()]
    if match["code"]:
        return match["code"] if is_code(match["code"]) else None
    return next(code for at, (code, _) in enumerate(groups) if match[f"g{at}"])


def after(text: str, at: int) -> tuple[str, int] | None:
    """The currency that stands right behind a number ending at `at`, and where its name ends."""
    match = _AFTER.match(text, at)
    code = _code(match, AFTER_NUMBER) if match else None
    return (code, match.end()) if match and code and code not in NEVER else None


def before(text: str, at: int) -> tuple[str, int] | None:
    """The currency that stands right before a number starting at `at`, and where its name starts."""
    start = max(0, at - 8)
    match = _BEFORE.search(text[start:at])
    if not match:
        return None
    name = match.group().strip(" :")
    code = CODE_OF.get(name.lower(), name)
    return (code, start + match.start()) if is_code(code) and code not in WORDLIKE else None


def find(text: str) -> str | None:
    """The currency that the message names by itself, as in "in yen" or 「円で」, or None; of several the last.

    Words that only look so do not count: 円滑, 円グラフ, 지원, 회원, "we won", "TRY again". Two in an enumeration ("usd
    or eur") are none.
    """
    found = [Mention(_code(match, ALONE) or "", *match.span()) for match in _NAMED.finditer(text)]
    return settle(text, [each for each in found if each.value and each.value not in WORDLIKE], leaving=False)
