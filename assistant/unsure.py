"""Two topics of which either may be meant: the customer is asked which, instead of guessed for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.understood import DIALOGUE

UNSURE = "unsure"
"""The intent of a message that is answered with the topics to choose from; they stand in its `choices`."""
CHOICES = "choices"
FLOOR = 0.2
"""The odds that the second topic has at least."""
CLOSE = 3
"""How many times likelier the first may be. Both chosen by `python -m benchmarks talk` (docs/understanding.md)."""


_TAKES = {"show_usage": {"period"}, "show_service_usage": {"period", "service"}}


def two_likely(ranking: list[dict[str, Any]], named: Collection[str] = ()) -> list[str]:
    """The two likeliest topics where both are likely and close to each other; otherwise none.

    `named`: the values of the message. One that only the likelier topic is about decides for it.
    """
    if len(ranking) < 2:  # a message without a text
        return []
    first, second = ranking[:2]
    if {first["name"], second["name"]} & (DIALOGUE | {OUT_OF_SCOPE}):
        return []
    if (_TAKES.get(first["name"], set()) - _TAKES.get(second["name"], set())) & set(named):
        return []
    close = second["confidence"] >= FLOOR and first["confidence"] <= CLOSE * second["confidence"]
    return [first["name"], second["name"]] if close else []
