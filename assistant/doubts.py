"""Messages that were not surely understood, and what their writer did next: what the assistant can learn from.

Only messages that stand for themselves. What is said inside a form mostly is an answer (a name, an address, a note to
people), a follow-up means something only after the question before it, and what looks like a command is no wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import Event, UserUttered

from assistant.messages import language_of
from assistant.nlu.language import ANOTHER
from assistant.nlu.topics import OUT_OF_SCOPE, TOPIC
from assistant.understood import DIALOGUE, Guess
from assistant.unsure import UNSURE

DOUBT = "doubt"
"""In the data of a message that was not surely understood: what was done about it."""
ASKED, TURNED_AWAY, PERSON_OFFERED, ACTED = "asked", "out_of_scope", "person_offered", "acted"
"""Two topics were offered; it was said that this is not for the assistant; a person was offered, as it was the second
message in a row; the guess was acted on all the same."""
UNSURE_BELOW = 0.7
"""Of the held-out sentences that are guessed less surely, a third are guessed wrong; of the others one in a hundred."""
SURE_FROM = 0.8
"""How sure the next message is understood at least, to tell what this one meant."""
PRESSED, WROTE = "pressed", "wrote"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message as it was written, what was guessed of it (likeliest first), and what was done."""

    text: str
    language: str
    ranking: tuple[tuple[str, float], ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What the writer of a doubtful message did next: the topic of the button `pressed`, or of what they `wrote`."""

    doubt: Doubt
    how: str
    topic: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """What one turn tells: a doubt of its own, and what the doubt before it meant."""

    doubt: Doubt | None = None
    afterwards: Afterwards | None = None


def outcome_of(data: dict[str, Any], choices: Sequence[str], last: UserUttered | None) -> str | None:
    """What is done about a message that stands for itself; None where it is surely understood.

    `choices`: the topics that are offered for it. `last`: the message before.
    """
    guess = Guess.of(data)
    if data.get(ANOTHER):  # nothing is trained in its language
        return None
    if choices:
        return ASKED
    if guess.topic == OUT_OF_SCOPE:
        again = last is not None and last.intent_name in {OUT_OF_SCOPE, UNSURE}
        return PERSON_OFFERED if again else TURNED_AWAY
    return ACTED if guess.confidence < UNSURE_BELOW else None


def noticed(events: Sequence[Event], position: int) -> Noticed:
    """What the message at that position among a conversation's events tells."""
    said = events[position]
    assert isinstance(said, UserUttered)
    before = next((e for e in reversed(events[:position]) if isinstance(e, UserUttered)), None)
    doubt = _doubt(before, events[:position]) if before is not None else None
    return Noticed(_doubt(said, events), _afterwards(doubt, said) if doubt else None)


def _doubt(said: UserUttered, until: Sequence[Event]) -> Doubt | None:
    data = said.parse_data
    if DOUBT not in data:
        return None
    ranking = tuple((each["name"], each["confidence"]) for each in data["intent_ranking"])
    return Doubt(said.text or "", _language(said, until), ranking, data[DOUBT])


def _language(said: UserUttered, until: Sequence[Event]) -> str:
    """Of the message, or of the reply where the message is too short to tell."""
    told = [entity["value"] for entity in said.entities if entity["entity"] == "language"]
    return str(told[-1] if told else language_of(until))


def _afterwards(doubt: Doubt, said: UserUttered) -> Afterwards | None:
    data = said.parse_data
    topic = data[TOPIC]["name"]
    if "intent_ranking" not in data:  # a button says its topic itself; those of other replies lead to people
        return Afterwards(doubt, PRESSED, topic) if doubt.outcome == ASKED else None
    sure = DOUBT not in data and data["intent_ranking"][0]["confidence"] >= SURE_FROM
    return Afterwards(doubt, WROTE, topic) if sure and topic not in DIALOGUE else None
