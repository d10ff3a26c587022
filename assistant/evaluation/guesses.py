"""What was guessed of sentences, and the figures that say how well. Shares are between 0 and 1."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support

from assistant.evaluation.corpus import Sentence
from assistant.nlu.topics import OUT_OF_SCOPE

_BINS = 10


class OfATopic(NamedTuple):
    """How a topic is told from the others; `sentences`: how many of it there are."""

    topic: str
    precision: float
    recall: float
    f1: float
    sentences: int


class Confusion(NamedTuple):
    """Sentences of `topic` that were taken for `guess`: how many, and one of them."""

    topic: str
    guess: str
    times: int
    example: str


class Bin(NamedTuple):
    """The guesses of about the same confidence: how many, how confident on average, how many of them right."""

    at_least: float
    guesses: int
    confidence: float
    right: float


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

    def only(self, language: str) -> Guesses:
        """Those of one language."""
        chosen = [i for i, sentence in enumerate(self.sentences) if sentence.language == language]
        return Guesses([self.sentences[i] for i in chosen], self.topics[chosen], self.confidence[chosen])

    def truth(self) -> np.ndarray:
        """The topic of each sentence."""
        return np.array([sentence.topic for sentence in self.sentences], dtype=object)

    def right(self) -> np.ndarray:
        """Of each sentence, whether it was understood."""
        return np.asarray(self.truth() == self.topics, dtype=bool)

    def accuracy(self) -> float:
        """The share understood."""
        return round(float(self.right().mean()), 4)

    def macro_f1(self) -> float:
        """F1 averaged over topics, whatever their size."""
        return round(float(f1_score(list(self.truth()), list(self.topics), average="macro")), 3)

    def false_out_of_scope(self) -> float:
        """The share of sentences of a topic that were taken for none."""
        return round(float((self.topics[self.truth() != OUT_OF_SCOPE] == OUT_OF_SCOPE).mean()), 4)

    def recall_out_of_scope(self) -> float:
        """The share of sentences of no topic that were seen as such."""
        return round(float((self.topics[self.truth() == OUT_OF_SCOPE] == OUT_OF_SCOPE).mean()), 4)

    def by_topic(self) -> list[OfATopic]:
        """Precision, recall and F1 of every topic that has sentences, by name."""
        names = sorted(set(self.truth()))
        found: Any = precision_recall_fscore_support(
            list(self.truth()), list(self.topics), labels=names, zero_division=0.0
        )
        return [
            OfATopic(name, *(round(float(share), 4) for share in shares), int(number))
            for name, *shares, number in zip(names, *found, strict=True)
        ]

    def confusions(self) -> list[Confusion]:
        """What was taken for what, the most frequent first."""
        wrong = [(s, str(g)) for s, g in zip(self.sentences, self.topics, strict=True) if s.topic != g]
        often = Counter((sentence.topic, guess) for sentence, guess in wrong)
        example = {(sentence.topic, guess): sentence.text for sentence, guess in reversed(wrong)}
        return [Confusion(*pair, times, example[pair]) for pair, times in often.most_common()]

    def reliability(self) -> list[Bin]:
        """Confidence held against being right, over ten bins; those without guesses are left out."""
        right, bins = self.right(), np.minimum((self.confidence * _BINS).astype(int), _BINS - 1)
        return [
            Bin(each / _BINS, int(here.sum()), float(self.confidence[here].mean()), float(right[here].mean()))
            for each in map(int, np.unique(bins))
            for here in [bins == each]
        ]

    def calibration_error(self) -> float:
        """Expected calibration error: by how much confidence and being right differ on average."""
        gaps = sum(abs(each.right - each.confidence) * each.guesses for each in self.reliability())
        return round(gaps / len(self.sentences), 4)
