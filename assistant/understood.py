"""What a message was understood as: what the rules about a turn are told of a guess."""

from __future__ import annotations

from typing import Any, NamedTuple

from assistant.nlu.topics import OUT_OF_SCOPE, TOPIC

WHAT_IF = "what_if"
SUPPOSED = "supposed"
"""The entity of a what-if: its `changes` and `days` (`assistant.nlu.slots.changes`)."""

DIALOGUE = frozenset({"greet", "goodbye", "thank", "help", "bot_challenge", "cancel", "affirm", "deny"})
"""Topics that steer the conversation: nothing is looked up or done for them."""


def is_question(topic: str) -> bool:
    """Whether the topic is answered at once: knowledge, the account's figures, why, a recommendation, what would be."""
    return topic.startswith(("faq", "show_")) or topic in {"recommend_plan", "explain", WHAT_IF}


def is_task(topic: str) -> bool:
    """Whether the topic asks for something to be done, which a form collects and confirms."""
    return not is_question(topic) and topic not in DIALOGUE | {OUT_OF_SCOPE}


class Guess(NamedTuple):
    """A message's likeliest topic, how sure that is, and the names of the values in it."""

    topic: str
    confidence: float
    entities: frozenset[str] = frozenset()

    @property
    def intent(self) -> str:
        """The topic as Rasa's rules name it: all knowledge topics are one."""
        return self.topic.partition("/")[0]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Guess:
        """Of the data that Rasa's parsing gave."""
        return cls(data[TOPIC]["name"], data[TOPIC]["confidence"], frozenset(values_of(data)))


def values_of(data: dict[str, Any]) -> dict[str, Any]:
    """The values that a message names, without its language."""
    return {e["entity"]: e["value"] for e in data["entities"] if e["entity"] != "language"}
