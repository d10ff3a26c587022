"""Follow-ups: "and last month?", "and for GPU?" go on with the last question, with the new value in place.

A message is one when it names a period or a service and says nothing else but words of a closed list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex
from rasa.shared.core.events import UserUttered

from assistant import yaml_files
from assistant.nlu.slots import periods
from assistant.nlu.slots.vocabulary import vocabulary
from assistant.nlu.slots.width import GAP, normalise
from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.understood import DIALOGUE, values_of
from assistant.unsure import UNSURE

WORDS = Path(__file__).resolve().parent.parent / "data" / "followups.yml"
PERIOD, SERVICE = "period", "service"

_GOES_ON_AS = {
    ("show_usage", PERIOD): "show_usage",
    ("show_usage", SERVICE): "show_service_usage",
    ("show_service_usage", PERIOD): "show_service_usage",
    ("show_service_usage", SERVICE): "show_service_usage",
}
_MAY_BE = {PERIOD: ["show_usage", "show_service_usage"], SERVICE: ["show_service_usage", "faq/covered_services"]}
"""What a value may be about where the last topic does not take it."""
_PASSED_OVER = {*DIALOGUE, OUT_OF_SCOPE, UNSURE, "choose_language", "explain"}
_LOOKED_AT = 4
"""Messages back to the question that is followed up: "thanks" may stand between."""


def with_its_values(topic: str, values: dict[str, Any]) -> str:
    """The topic that tells of what is named: usage of one service but sessions is told per service."""
    named = values.get(SERVICE, "bot_session") != "bot_session"
    return _GOES_ON_AS[topic, SERVICE] if named and topic == "show_usage" else topic


class FollowUp(NamedTuple):
    """The topic that goes on, or the topics to ask about (`choices`), and all values it is then about."""

    topic: str | None
    choices: list[str]
    values: dict[str, Any]


def follow_up(text: str, today: date, values: dict[str, Any], events: Iterable[Any]) -> FollowUp | None:
    """What a message asks that only goes on with the last question; None where it stands for itself.

    `values`: what it names. `events`: of the conversation before it.
    """
    if not values or values.keys() - {PERIOD, SERVICE} or not _says_nothing_else(text, today, values):
        return None
    last = last_question(events)
    if last is None:
        return None
    kind = SERVICE if SERVICE in values else PERIOD
    topic = _GOES_ON_AS.get((last.intent_name or "", kind))
    if topic is None:
        return FollowUp(None, _MAY_BE[kind], values)
    kept = {name: value for name, value in values_of(last.parse_data).items() if name in {PERIOD, SERVICE}}
    return FollowUp(topic, [], kept | values)


def last_question(events: Iterable[Any]) -> UserUttered | None:
    """The question that a message may go on with; None where none was asked of late."""
    said = [event for event in events if isinstance(event, UserUttered)]
    return next((e for e in said[: -_LOOKED_AT - 1 : -1] if e.intent_name not in _PASSED_OVER), None)


def words_left(text: str) -> list[str]:
    """The words of a text that are not of the closed list; values were taken out of it."""
    return _around().sub(" ", text.replace(GAP, " ")).split()


def _says_nothing_else(text: str, today: date, values: dict[str, Any]) -> bool:
    _, without_days = periods.find(normalise(text).casefold(), today)
    left = words_left(without_days)
    if SERVICE not in values:
        return not left
    return bool(left) and all(_is_of_the_name(word, left) for word in left)


def _is_of_the_name(word: str, words: list[str]) -> bool:
    """Whether the word is a service's name, or the service is not named without it ("fine tuning")."""
    services = vocabulary().services
    return services.find(word) is not None or services.find(" ".join(w for w in words if w != word)) is None


@cache
def _around() -> regex.Pattern[str]:
    listed = yaml_files.read(WORDS)
    en, ja, ko = (
        "|".join(map(regex.escape, sorted(listed[each], key=len, reverse=True))) for each in ("en", "ja", "ko")
    )
    # Korean ones end a word: inside one (컨테이너) the same syllable is part of a name
    return regex.compile(rf"\b(?:{en})\b|(?:{ja})|(?:{ko})(?![\p{{L}}\p{{N}}])|[^\p{{L}}\p{{N}}]+")
