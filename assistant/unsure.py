"""Two topics of which either may be meant: the customer is asked which, instead of guessed for."""

from __future__ import annotations

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


def two_likely(ranking: list[dict[str, Any]]) -> list[str]:
    """The two likeliest topics where both are likely and close to each other; otherwise none."""
    if len(ranking) < 2:  # a message without a text
        return []
    first, second = ranking[:2]
    if {first["name"], second["name"]} & (DIALOGUE | {OUT_OF_SCOPE}):
        return []
    close = second["confidence"] >= FLOOR and first["confidence"] <= CLOSE * second["confidence"]
    return [first["name"], second["name"]] if close else []
