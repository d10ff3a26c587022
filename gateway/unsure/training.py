"""Labelled messages as training data: Rasa's NLU files, a folder a language and a file a topic as in `data/nlu`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from assistant.evaluation.corpus import Sentence, held_out, trained
from assistant.nlu.sentences import normal
from gateway.unsure.labels import DROP
from gateway.unsure.schemas import UnsureMessage

_NO_MARKUP = str.maketrans("[]{}", "()()")
"""In brackets a sentence would say to Rasa that a value stands there."""


class Chosen(NamedTuple):
    """The sentences that are new, and how many labelled messages were known: trained on, held out, or said alike."""

    sentences: list[Sentence]
    known: int


def choose(messages: Iterable[UnsureMessage]) -> Chosen:
    """What is learnt from labelled messages. A held-out sentence never is: it would no longer measure anything."""
    asked = [m for m in messages if m.label not in {None, DROP}]
    seen = {language: _compared(language) for language in {m.language for m in asked}}
    chosen: list[Sentence] = []
    for message in asked:
        text = _as_example(message.text)
        if text and normal(text) not in seen[message.language]:
            seen[message.language].add(normal(text))
            chosen.append(Sentence(message.language, str(message.label), text))
    return Chosen(chosen, len(asked) - len(chosen))


def write(sentences: Iterable[Sentence], folder: Path) -> list[Path]:
    """Append the sentences to `<language>/<topic>.yml` below the folder; the files written.

    What a file holds already is not written again.
    """
    files: defaultdict[Path, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        files[folder / sentence.language / f"{sentence.topic}.yml"].append(sentence)
    there = {(each.language, normal(each.text)) for each in trained(folder)}
    written = []
    for path, wanted in sorted(files.items()):
        new = [each for each in wanted if (each.language, normal(each.text)) not in there]
        if new:
            _append(path, new)
            written.append(path)
    return written


def as_yaml(sentences: Iterable[Sentence]) -> str:
    """The sentences of all topics as one file."""
    topics: defaultdict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        topics[sentence.topic].append(sentence)
    return 'version: "3.1"\nnlu:\n' + "".join(_block(topics[topic]) for topic in sorted(topics)) if topics else ""


def _append(path: Path, sentences: list[Sentence]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = f"{before.rstrip()}\n{_lines(sentences)}" if before else as_yaml(sentences)
    path.write_text(after, encoding="utf-8")


def _block(sentences: list[Sentence]) -> str:
    return f"- intent: {sentences[0].topic}\n  examples: |\n{_lines(sentences)}"


def _lines(sentences: list[Sentence]) -> str:
    return "".join(f"    - {sentence.text}\n" for sentence in sentences)


def _as_example(text: str) -> str:
    """The text as one line of a list, without what YAML or Rasa would read as something else."""
    printable = "".join(sign for sign in text.translate(_NO_MARKUP) if sign.isprintable())
    return " ".join(printable.split()).lstrip("-* ")


def _compared(language: str) -> set[str]:
    return {normal(each.text) for each in [*trained(), *held_out()] if each.language == language}
