"""The sentences that understanding is measured on, and the figures that say how well."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from assistant.nlu.sentences import FOLDER, files, sentences
from assistant.nlu.topics import OUT_OF_SCOPE

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "ja", "ko")
FOLDS = 5
KEPT = ROOT / "models" / "measured"
"""Where the vectors of sentences that are only measured are kept: not among those of the training sentences."""
_BINS = 10


class Sentence(NamedTuple):
    """A sentence under its topic."""

    language: str
    topic: str
    text: str


def trained() -> list[Sentence]:
    """The training sentences."""
    return [
        Sentence(language, topic, text)
        for language in LANGUAGES
        for path in files(FOLDER / language)
        for topic, text in sentences(path)
    ]


def held_out() -> list[Sentence]:
    """The sentences that are never trained on."""
    return [
        Sentence(language, topic, text)
        for language in LANGUAGES
        for topic, texts in yaml.safe_load((ROOT / "tests" / "nlu" / f"{language}.yml").read_text("utf-8")).items()
        for text in texts
    ]


def folds(sentences: list[Sentence]) -> list[tuple[Any, Any]]:
    """Which sentences to train on and which to test on, five times; every topic and language in each."""
    strata = [f"{sentence.language} {sentence.topic}" for sentence in sentences]
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(strata, strata))


class Guesses(NamedTuple):
    """What was guessed of sentences, and how confidently."""

    sentences: list[Sentence]
    topics: np.ndarray
    confidence: np.ndarray

    @classmethod
    def of(cls, sentences: list[Sentence], odds: np.ndarray, names: list[str], threshold: float) -> Guesses:
        """The likeliest topics; `out_of_scope` below the threshold."""
        topics, confidence = np.array(names, dtype=object)[odds.argmax(axis=1)], odds.max(axis=1)
        topics[confidence < threshold] = OUT_OF_SCOPE
        return cls(sentences, topics, confidence)

    def right(self) -> np.ndarray:
        """Of each sentence, whether it was understood."""
        return np.array([s.topic == guess for s, guess in zip(self.sentences, self.topics, strict=True)])

    def accuracy(self, language: str | None = None) -> float:
        """The share understood, of one language or of all."""
        chosen = [language is None or s.language == language for s in self.sentences]
        return round(float(self.right()[chosen].mean()), 4)

    def false_out_of_scope(self) -> float:
        """The share of sentences of a topic that were taken for none."""
        inside = np.array([s.topic != OUT_OF_SCOPE for s in self.sentences])
        return round(float((self.topics[inside] == OUT_OF_SCOPE).mean()), 4)

    def recall_out_of_scope(self) -> float:
        """The share of sentences of no topic that were seen as such."""
        outside = np.array([s.topic == OUT_OF_SCOPE for s in self.sentences])
        return round(float((self.topics[outside] == OUT_OF_SCOPE).mean()), 4)

    def calibration_error(self) -> float:
        """Expected calibration error over ten bins: by how much confidence and being right differ on average."""
        right, bins = self.right(), np.minimum((self.confidence * _BINS).astype(int), _BINS - 1)
        gaps = [
            abs(right[bins == each].mean() - self.confidence[bins == each].mean()) * (bins == each).mean()
            for each in np.unique(bins)
        ]
        return round(float(sum(gaps)), 4)
