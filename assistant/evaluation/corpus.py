"""Sentences under their topics, as Rasa's NLU files hold them: the training sentences and the held-out ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assistant.nlu.sentences import FOLDER, files, sentences

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "ja", "ko")
TRAINING = FOLDER
"""A folder a language, a file a topic."""
HELD_OUT = ROOT / "tests" / "nlu" / "held_out"
"""A file a language. Never trained on."""


class Sentence(NamedTuple):
    """A sentence under its topic."""

    language: str
    topic: str
    text: str


def trained(folder: Path = TRAINING) -> list[Sentence]:
    """The training sentences; or those of another folder that is laid out alike."""
    return [
        sentence for language in LANGUAGES for path in files(folder / language) for sentence in _read(path, language)
    ]


def held_out(folder: Path = HELD_OUT) -> list[Sentence]:
    """The sentences that are never trained on; or those of another folder that is laid out alike."""
    return [sentence for language in LANGUAGES for sentence in _read(folder / f"{language}.yml", language)]


def topics(folder: Path = TRAINING) -> list[str]:
    """Every topic that the assistant is trained on, `out_of_scope` among them, by name."""
    return sorted(path.relative_to(folder / "en").with_suffix("").as_posix() for path in files(folder / "en"))


def _read(path: Path, language: str) -> Iterator[Sentence]:
    for topic, text in sentences(path):
        yield Sentence(language, topic, text)
