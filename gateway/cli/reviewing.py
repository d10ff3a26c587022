"""`unsure review`: one message after the other, with what was guessed and what its writers did next."""

from __future__ import annotations

import sys
from collections import Counter

from gateway.cli.output import lines
from gateway.unsure.labels import DROP, labels
from gateway.unsure.schemas import Language, UnsureMessage
from gateway.unsure.service import Unsure

OUT_OF_SCOPE = "out_of_scope"
WORTH_SHOWING = 0.01
"""A topic that is less likely is not offered."""
HELP = "number or topic, o out of scope, d drop, s skip, q quit"
_KEYS = {"o": OUT_OF_SCOPE, "d": DROP}
_SKIP, _QUIT = "s", "q"


def review_all(unsure: Unsure, language: Language | None, actor: str) -> None:
    """Ask about every message that has no label, most frequent first, until the end, `q` or the end of the input."""
    waiting = unsure.messages(language=language)
    labelled = 0
    for number, message in enumerate(waiting, start=1):
        sys.stdout.write(f"\n[{number}/{len(waiting)}] {_describe(message)}\n")
        answer = _answer(choices(message))
        if answer == _QUIT:
            break
        if answer != _SKIP:
            unsure.label(message.id, answer, actor=actor)
            labelled += 1
    sys.stdout.write(f"\n{labelled} labelled, {unsure.count(language=language)} left\n")


def choices(message: UnsureMessage) -> list[str]:
    """The topics that are offered by number: what its writers chose, most often first, then what was guessed."""
    chosen = Counter(message.afterwards.pressed) + Counter(message.afterwards.wrote)
    guessed = [each.topic for each in message.ranking if each.confidence >= WORTH_SHOWING]
    known = labels() - {DROP}
    offered = [*(topic for topic, _ in chosen.most_common()), *guessed]
    return [topic for topic in dict.fromkeys(offered) if topic in known]


def _describe(message: UnsureMessage) -> str:
    odds = {each.topic: f"{each.confidence:.0%}" for each in message.ranking}
    told = [f"{message.language} · seen {message.seen} · {message.outcome}", f"  {message.text}"]
    for number, topic in enumerate(choices(message), start=1):
        pressed, wrote = message.afterwards.pressed.get(topic), message.afterwards.wrote.get(topic)
        hints = [odds.get(topic, ""), f"pressed {pressed}" if pressed else "", f"wrote {wrote}" if wrote else ""]
        told.append(f"  {number} {topic}  {', '.join(filter(None, hints))}")
    return "\n".join(told)


def _answer(offered: list[str]) -> str:
    """A label, or one of the two keys that label nothing; asked again until it is one."""
    for line in lines("> "):
        said = line.strip()
        if said.isdecimal() and 0 < int(said) <= len(offered):
            return offered[int(said) - 1]
        if said in {_SKIP, _QUIT} or said in _KEYS:
            return _KEYS.get(said, said)
        if said in labels():
            return said
        sys.stdout.write(f"{HELP}\n")
    return _QUIT
