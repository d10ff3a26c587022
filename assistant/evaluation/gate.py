"""Whether understanding is good enough, and not worse than it was: the floors, and the last recorded result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from assistant.evaluation.corpus import LANGUAGES, ROOT
from assistant.evaluation.guesses import Guesses

RECORDED = ROOT / "tests" / "nlu" / "recorded.json"
"""The last recorded result of the held-out sentences, a language each."""
FLOORS = {"en": 0.93, "ja": 0.92, "ko": 0.92}
MOST_LOST = 0.01
"""How far below the recorded accuracy a language may fall: about five of its sentences."""
MOST_FALSELY_OUT_OF_SCOPE, LEAST_RECALL_OF_OUT_OF_SCOPE = 0.03, 0.85

Figures = dict[str, float]


def figures(guesses: Guesses) -> Figures:
    """What is recorded of one language."""
    return {
        "accuracy": guesses.accuracy(),
        "macro_f1": guesses.macro_f1(),
        "false_out_of_scope": guesses.false_out_of_scope(),
        "recall_out_of_scope": guesses.recall_out_of_scope(),
        "calibration_error": guesses.calibration_error(),
    }


def recorded(path: Path = RECORDED) -> dict[str, Figures]:
    """The last recorded figures, by language."""
    found: dict[str, Figures] = json.loads(path.read_text(encoding="utf-8"))
    return found


def record(guesses: Guesses, path: Path = RECORDED) -> None:
    """Let these be the last recorded figures."""
    now = {language: figures(guesses.only(language)) for language in LANGUAGES}
    path.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")


def failures(guesses: Guesses, before: dict[str, Figures]) -> list[str]:
    """What is not good enough, a line each; empty where all is. Only of languages that have guesses."""
    languages = [language for language in LANGUAGES if any(s.language == language for s in guesses.sentences)]
    return [
        f"{language}: {what}"
        for language in languages
        for what in _failures(language, figures(guesses.only(language)), before.get(language))
    ]


def _failures(language: str, now: Figures, before: Figures | None) -> Iterator[str]:
    accuracy, lost, found = now["accuracy"], now["false_out_of_scope"], now["recall_out_of_scope"]
    if accuracy < FLOORS[language]:
        yield f"{accuracy:.1%} understood, {FLOORS[language]:.0%} is the least"
    if before is not None and accuracy < round(before["accuracy"] - MOST_LOST, 4):
        yield f"{accuracy:.1%} understood, {before['accuracy']:.1%} when last recorded"
    if lost > MOST_FALSELY_OUT_OF_SCOPE:
        yield f"{lost:.1%} falsely out of scope, {MOST_FALSELY_OUT_OF_SCOPE:.0%} is the most"
    if found < LEAST_RECALL_OF_OUT_OF_SCOPE:
        yield f"{found:.1%} of what is out of scope was seen, {LEAST_RECALL_OF_OUT_OF_SCOPE:.0%} is the least"
