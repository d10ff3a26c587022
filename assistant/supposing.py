"""A what-if that goes on: what it lacked is named ("30 %"), or it is supposed otherwise ("and 50 %?")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from assistant.followups import last_question, words_left
from assistant.nlu.slots import amounts, changes, multiples
from assistant.nlu.slots.ahead import begins, horizon
from assistant.nlu.slots.changes import Change
from assistant.nlu.slots.vocabulary import vocabulary
from assistant.nlu.slots.width import GAP, mask, normalise
from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.understood import SUPPOSED, WHAT_IF, Guess, values_of

_SURE = 0.8
"""How sure a message is of another topic at least, not to be the answer to what was just asked."""


def goes_on(text: str, today: date, guess: Guess, events: Iterable[Any]) -> dict[str, Any] | None:
    """What is supposed from now on, where the message only goes on with the what-if before it; None otherwise."""
    last = last_question(events)
    if last is None or last.intent_name != WHAT_IF:
        return None
    before = values_of(last.parse_data).get(SUPPOSED) or {"changes": [], "days": None}
    only_values = not _words_besides_values(text, today)
    if not only_values and guess.topic not in {WHAT_IF, OUT_OF_SCOPE} and guess.confidence >= _SURE:
        return None
    said = changes.suppose(text, today)
    asked = not before["changes"] or any(changes.missing(change) for change in before["changes"])
    if asked and len(said.changes) <= 1:
        whole = _answered(before["changes"], text, today, said.changes)
        if whole is not None:
            return {"changes": whole, "days": said.days or before["days"]}
    if not only_values or not before["changes"]:
        return None
    replaced = _replaced(before["changes"], said.changes, text, today)
    if replaced is None and said.days is None:
        return None
    return {"changes": replaced or before["changes"], "days": said.days or before["days"]}


def _answered(before: list[Change], text: str, today: date, said: list[Change]) -> list[Change] | None:
    return changes.filled(before, text, today) if before else said or None


def _replaced(before: list[Change], said: list[Change], text: str, today: date) -> list[Change] | None:
    """With what is said in place of what was said of the same kind; a day alone is the day of all."""
    if said:
        kinds = {change["kind"]: change for change in said}
        kept = [{**change, **kinds.pop(change["kind"], {})} for change in before]
        return [*kept, *kinds.values()]
    named = begins(normalise(text), today)
    if not named:
        return None
    on = {"on": named[-1].day.isoformat()} if named[-1].day else {}
    return [{name: value for name, value in change.items() if name != "on"} | on for change in before]


def _words_besides_values(text: str, today: date) -> list[str]:
    _, rest = horizon(normalise(text).casefold(), today)
    for begin in begins(rest, today):
        rest = mask(rest, begin.start, begin.end)
    rest = amounts.without(multiples.without(rest, GAP), GAP)
    plans = vocabulary().plans
    return [word for word in words_left(rest) if plans.find(word) is None]
